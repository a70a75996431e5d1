import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { transferLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import type { DomainName } from '../../formats/address/address.ts';
import { type ResolveOptions, resolveMailHosts } from '../../platform/net/mail-hosts.ts';
import { connectTo } from '../../platform/net/net.ts';
import { type OutgoingSession, openSmtpSession } from './client/client.ts';
import type { ClientLimits } from './client/limits.ts';
import { decide, type Happening } from './failure-policy.ts';
import { judgeHost } from './peers.ts';
import type { TransferParts } from './transfer.ts';

/** What sending asks of the machine. */
export interface Outside {
  readonly routing: ResolveOptions;
  /** Our own certificate, as it is now. */
  readonly secureContext: () => SecureContext;
  readonly limits?: Partial<ClientLimits>;
}

interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

export type RouteState =
  | { readonly kind: 'open'; readonly session: OutgoingSession; readonly host: string; readonly isFresh: boolean }
  | { readonly kind: 'closed'; readonly happening: Happening; readonly host: string | undefined };

type RouteParts = Pick<TransferParts, 'trust' | 'clock' | 'observer' | 'options'> & { readonly outside: Outside };

/** The way to one domain: its hosts in order, and the connection in use. What failed once is not tried again by this run. */
export class Route {
  readonly #parts: RouteParts;
  readonly domain: DomainName;
  #hosts: readonly Host[] | undefined;
  #at = 0;
  #session: OutgoingSession | undefined;
  /** Why the message in hand found no host so far. */
  #lastTrouble: Happening = { kind: 'unreachable' };
  #closed: Extract<RouteState, { kind: 'closed' }> | undefined;

  constructor(parts: RouteParts, domain: DomainName) {
    this.#parts = parts;
    this.domain = domain;
  }

  /** The connection in use, or a new one to the first host that takes it. */
  async open(): Promise<RouteState> {
    if (this.#closed !== undefined) return this.#closed;
    const host = this.#hosts?.[this.#at];
    if (this.#session?.isReusable === true && host !== undefined) {
      return { kind: 'open', session: this.#session, host: host.name, isFresh: false };
    }
    this.#session = undefined;
    if (this.#hosts === undefined) {
      const found = await this.#resolve();
      if ('kind' in found) return this.#close(found, undefined);
      this.#hosts = found;
    }
    if (this.#at >= this.#hosts.length) {
      // This message has been through all of them, and another may fare better: the first host is tried again for it.
      this.#at = 0;
      return { kind: 'closed', happening: this.#lastTrouble, host: host?.name };
    }
    return this.#connect(this.#hosts);
  }

  async #resolve(): Promise<readonly Host[] | Happening> {
    if (this.#parts.trust.whiteList() === undefined) return { kind: 'untrusted', fault: 'revocation-unknown' };
    if (!this.#parts.trust.isInTrustSpace(this.domain)) return { kind: 'domain-left' };
    try {
      const found = await resolveMailHosts(this.domain, this.#parts.outside.routing);
      switch (found.kind) {
        case 'hosts': {
          const hosts = found.hosts.flatMap(({ name, port, addresses }) =>
            addresses.map((address) => ({ name, port, address })),
          );
          return hosts.slice(0, transferLimits.addressesPerDomain);
        }
        case 'no-mail':
        case 'unknown-domain':
          return { kind: 'no-host' };
        case 'unreachable-addresses':
          return { kind: 'resolution-failed' };
      }
    } catch (fault) {
      if (fault instanceof Temporary) return { kind: 'resolution-failed' };
      throw fault;
    }
  }

  /** RFC 5321 §5.1: each address in order, until one takes the connection. */
  async #connect(hosts: readonly Host[]): Promise<RouteState> {
    let last = this.#lastTrouble;
    let name: string | undefined;
    for (; this.#at < hosts.length; this.#at += 1) {
      const host = hosts[this.#at];
      if (host === undefined) break;
      name = host.name;
      const opening = await openSmtpSession({
        connect: () => this.#dial(host),
        clientName: this.#parts.options.hostName,
        secureContext: this.#parts.outside.secureContext(),
        serverName: host.name,
        verifyPeer: async (peer) => judgeHost(this.#parts, peer.certificateChain, this.domain),
        clock: this.#parts.clock,
        ...(this.#parts.outside.limits !== undefined && { limits: this.#parts.outside.limits }),
      });
      if (opening.kind === 'open') {
        this.#session = opening.session;
        return { kind: 'open', session: opening.session, host: host.name, isFresh: true };
      }
      last = opening;
      const decision = decide(opening);
      if (decision.do !== 'split' && decision.alert !== undefined) {
        this.#parts.observer.alert(decision.alert, { domain: this.domain, host: host.name });
      }
      if (decision.do !== 'next-host') break;
    }
    return this.#close(last, name);
  }

  #dial(host: Host): Promise<Socket> {
    const { routing } = this.#parts.outside;
    const isConfigured = Object.hasOwn(routing.routes, this.domain);
    return connectTo(host, {
      timeoutMs: transferLimits.connectMs,
      allowPrivate: isConfigured || routing.allowPrivate === true,
    });
  }

  #close(happening: Happening, host: string | undefined): RouteState {
    this.#closed = { kind: 'closed', happening, host };
    return this.#closed;
  }

  /** The connection failed: the same host once more if it had served already, else the next. */
  async giveUp(wasFresh: boolean, trouble: Happening): Promise<void> {
    await this.end();
    this.#lastTrouble = trouble;
    if (wasFresh) this.#at += 1;
  }

  /** Says goodbye. */
  async end(): Promise<void> {
    await this.#session?.quit();
    this.#session = undefined;
  }
}
