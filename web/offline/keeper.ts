/**
 * The copy of this device while its person is signed in: declared, opened by the server's half, filled with what is read, wiped.
 *
 *   none --declare--> open --erase, sign-out--> none
 *     `--a copy is here--> opening --the server gives its half--> open
 *                             |--no answer--> opening, when the network is back
 *                             `--removed, switched off, over, another person's--> none, wiped
 */
import type { DeclaredDevice } from '../../contract/devices.ts';
import { type ApiClient, ApiProblem } from '../api/client.ts';
import type { OpenedEmail } from '../mail/reading/conversation/opened.ts';
import type { KeptFrame } from './copy.ts';
import { DeviceCopy } from './copy.ts';
import { type CopyStore, openCopyStore } from './copy-store.ts';
import { forgetCopy, readDevice } from './device.ts';
import { makeKeys, openBySecret } from './keys.ts';
import { OutboxSender } from './outbox-sender.ts';
import { refreshCopy } from './refresh.ts';
import type { SendParts } from './send-waiting.ts';
import { type DeviceRecord, isOver } from './standing.ts';
import { openVault } from './vault.ts';

export type EndReason = 'removed' | 'switched-off' | 'over' | 'other-person';

export type KeeperState =
  | { readonly kind: 'opening' | 'none' }
  | {
      readonly kind: 'open';
      readonly device: DeviceRecord;
      readonly copy: DeviceCopy;
      readonly store: CopyStore;
      readonly outbox: OutboxSender;
    };

export interface KeeperParts {
  readonly api: Pick<ApiClient, 'request'>;
  readonly session: KeptFrame['session'];
  readonly sendParts: () => Promise<SendParts>;
  readonly now: () => number;
  /** The copy was wiped; `lost`: messages that waited in it. */
  readonly onEnded: (reason: EndReason, lost: number) => void;
  readonly onSent: (count: number) => void;
  readonly onNotSent: (kind: 'drafted' | 'refused', subject: string, reason: string) => void;
}

export class Keeper {
  readonly #parts: KeeperParts;
  readonly #listeners = new Set<() => void>();
  #state: KeeperState = { kind: 'opening' };
  #refreshing: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  state(): KeeperState {
    return this.#state;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** Opens the copy when there is one; again when the network is back. Throws nothing that its caller could mend. */
  async start(): Promise<void> {
    if (this.#state.kind === 'open') return this.contact();
    const device = await readDevice();
    if (this.#isClosed) return;
    if (device === undefined) return this.#set({ kind: 'none' });
    const { session, now } = this.#parts;
    const { personId, tenantId } = session.person;
    if (device.personId !== personId || device.tenantId !== tenantId) return this.#end('other-person');
    if (isOver(device, now())) return this.#end('over');
    if (!session.practice.isOfflineAllowed) return this.#end('switched-off');
    const secret = await this.#ask(device.deviceId);
    if (secret === undefined || this.#isClosed) return;
    const keys = await openBySecret(device.deviceId, device.byServer, secret);
    if (keys === undefined) return this.#end('removed');
    await this.#open(device, await openCopyStore(), keys);
  }

  /** Throws `ApiProblem` for a wrong password, and what the server's and the browser's stores throw. */
  async declare(name: string, password: string): Promise<void> {
    const { api, session, now } = this.#parts;
    const made = await api.request<DeclaredDevice>('POST', '/api/devices', { body: { name, password } });
    const { byPassword, byServer, keys } = await makeKeys({ deviceId: made.id, password, secret: made.secret });
    await forgetCopy();
    const { tenantId, personId } = session.person;
    const at = now();
    const device: DeviceRecord = {
      ...{ id: 'device', tenantId, personId, deviceId: made.id, token: made.token },
      ...{ byPassword, byServer, contactAt: at, seenAt: at },
    };
    await this.#open(device, await openCopyStore(), keys);
  }

  /** Tells the server, and wipes whether it answers or not. */
  async erase(): Promise<void> {
    const state = this.#state;
    this.#leave();
    const device = state.kind === 'open' ? state.device : await readDevice();
    await forgetCopy();
    if (device !== undefined) {
      await this.#parts.api.request('DELETE', `/api/devices/${device.deviceId}`).catch(() => undefined); // it ends by itself
    }
  }

  keepEmail(accountId: string, email: OpenedEmail): void {
    const state = this.#state;
    if (state.kind !== 'open' || '$draft' in email.keywords) return;
    state.copy.keepEmail(accountId, email, this.#parts.now()).catch(() => undefined); // no room: it is read with network
  }

  keepFile(ref: { accountId: string; blobId: string }, blob: Blob): void {
    const state = this.#state;
    if (state.kind !== 'open') return;
    state.copy.keepFile(ref, blob, this.#parts.now()).catch(() => undefined); // as above
  }

  /** Says that this device is still in use, and hears when it is not to be any more. */
  async contact(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'open') return;
    const secret = await this.#ask(state.device.deviceId);
    if (secret === undefined) return;
    const at = this.#parts.now();
    const device = { ...state.device, contactAt: at, seenAt: Math.max(at, state.device.seenAt) };
    await state.store.putDevice(device);
    if (this.#state === state) this.#set({ ...state, device });
    await this.refresh();
  }

  /** What waits leaves, drafts go both ways, what is gone at the server goes here. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#refreshOnce()
      .catch(() => undefined) // the network went: the next contact does it
      .finally(() => {
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  async #refreshOnce(): Promise<void> {
    const state = this.#state;
    if (state.kind !== 'open') return;
    await state.outbox.flush();
    const { api, session, now, sendParts } = this.#parts;
    const parts = await sendParts();
    await refreshCopy(state.copy, { ...parts, api, session, now, newId: () => crypto.randomUUID() });
  }

  async #open(device: DeviceRecord, store: CopyStore, keys: Parameters<typeof openVault>[1]): Promise<void> {
    const at = this.#parts.now();
    const known = { ...device, contactAt: at, seenAt: Math.max(at, device.seenAt) };
    await store.putDevice(known);
    if (this.#isClosed) return store.close();
    const copy = new DeviceCopy(openVault(store, keys));
    const { now, sendParts, onSent, onNotSent } = this.#parts;
    const outbox = new OutboxSender({ copy, now, sendParts, onSent, onNotSent });
    await outbox.load();
    this.#set({ kind: 'open', device: known, copy, store, outbox });
    void this.refresh();
  }

  /** Undefined: no answer, or the copy is over. */
  async #ask(deviceId: string): Promise<string | undefined> {
    try {
      const { secret } = await this.#parts.api.request<{ secret: string }>(
        ...(['POST', `/api/devices/${deviceId}/contact`] as const),
      );
      return secret;
    } catch (fault) {
      if (fault instanceof ApiProblem && fault.code === 'device-unknown') await this.#end('removed');
      if (fault instanceof ApiProblem && fault.code === 'offline-not-allowed') await this.#end('switched-off');
      return undefined;
    }
  }

  async #end(reason: EndReason): Promise<void> {
    const state = this.#state;
    const store = state.kind === 'open' ? state.store : await openCopyStore();
    const lost = await store.countWaiting().catch(() => 0);
    store.close();
    this.#leave();
    await forgetCopy();
    this.#parts.onEnded(reason, lost);
  }

  #leave(): void {
    if (this.#state.kind === 'open') {
      this.#state.outbox.close();
      this.#state.store.close();
    }
    this.#set({ kind: 'none' });
  }

  #set(state: KeeperState): void {
    this.#state = state;
    for (const each of this.#listeners) each();
  }
}
