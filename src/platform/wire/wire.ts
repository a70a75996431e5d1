/**
 * One TCP or TLS connection as a line protocol sees it: octets are pulled, so a reader that waits for its database holds the
 * peer back instead of filling memory; every wait has an end. Both the SMTP server and the outgoing client stand on it.
 *
 * How it fails: `read` and `drain` throw `Temporary` with code `wire-timeout` or `wire-lost`. A peer that closes in good order
 * gives undefined.
 */
import type { Socket } from 'node:net';
import { Temporary } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { wireTexts } from './texts.ts';

interface Waiter {
  readonly resolve: (chunk: Buffer | undefined) => void;
  readonly reject: (fault: Temporary) => void;
  readonly timer: NodeJS.Timeout;
}

export class Wire {
  readonly socket: Socket;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #waiter: Waiter | undefined;
  #isEnded = false;
  #fault: Temporary | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onError);
  }

  /** Octets that came and were not read yet. */
  get heldBytes(): number {
    return this.#heldBytes + this.socket.readableLength;
  }

  /** True once the connection is closed or broken, by whichever side; octets that came before can still be read. */
  get isOver(): boolean {
    return this.#isEnded || this.#fault !== undefined || this.socket.destroyed;
  }

  /** The next octets, or undefined when the peer closed. Only one read at a time. */
  read(timeoutMs: number): Promise<Buffer | undefined> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#heldBytes -= chunk.length;
      if (this.#heldBytes < wireLimits.heldBytes && this.socket.isPaused()) this.socket.resume();
      return Promise.resolve(chunk);
    }
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    if (this.#isEnded) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiter = undefined;
        reject(new Temporary('wire-timeout', wireTexts.timeout));
      }, timeoutMs);
      this.#waiter = { resolve, reject, timer };
    });
  }

  /** Hands octets to the socket; see {@link drain}. Writing to a lost connection does nothing: the next read tells. */
  write(octets: string | Buffer): void {
    if (this.socket.writable) this.socket.write(octets);
  }

  /** Resolves once little enough waits to be sent. */
  async drain(timeoutMs: number): Promise<void> {
    if (!this.socket.writableNeedDrain || this.socket.destroyed) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (fault?: Temporary): void => {
        clearTimeout(timer);
        this.socket.off('drain', onDrain);
        this.socket.off('close', onDrain);
        if (fault === undefined) resolve();
        else reject(fault);
      };
      const onDrain = (): void => settle();
      const timer = setTimeout(() => settle(new Temporary('wire-timeout', wireTexts.timeout)), timeoutMs);
      this.socket.on('drain', onDrain);
      this.socket.on('close', onDrain);
    });
  }

  /** Lets go of the socket, for TLS to be laid over it. Nothing may be held (see {@link heldBytes}). */
  release(): Socket {
    this.socket.off('data', this.#onData);
    this.socket.off('end', this.#onEnd);
    this.socket.off('close', this.#onEnd);
    // The error listener stays: an error of the socket below must never go unheard.
    this.socket.pause();
    return this.socket;
  }

  /** Says goodbye: what is written still leaves. The socket is destroyed should the peer not close its side in time. */
  end(): void {
    if (this.socket.writableEnded || this.socket.destroyed) return;
    this.socket.end();
    const timer = setTimeout(() => this.socket.destroy(), wireLimits.lingerMs);
    this.socket.once('close', () => clearTimeout(timer));
    // What still comes is thrown away: closed over unread octets, TCP would drop our last reply too.
    this.socket.off('data', this.#onData);
    this.socket.resume();
  }

  destroy(): void {
    this.socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    const waiter = this.#waiter;
    if (waiter !== undefined) {
      this.#waiter = undefined;
      clearTimeout(waiter.timer);
      waiter.resolve(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= wireLimits.heldBytes) this.socket.pause();
  };

  readonly #onEnd = (): void => {
    this.#isEnded = true;
    this.#settle();
  };

  readonly #onError = (cause: Error): void => {
    this.#fault ??= new Temporary('wire-lost', wireTexts.lost, { cause });
    this.#settle();
  };

  #settle(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    this.#waiter = undefined;
    clearTimeout(waiter.timer);
    if (this.#fault === undefined) waiter.resolve(undefined);
    else waiter.reject(this.#fault);
  }
}
