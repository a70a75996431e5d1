/** Where the mail of a domain goes: a configured route, or what the DNS says (RFC 5321 §5.1, RFC 7505). */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Temporary } from '../../base/errors.ts';
import { netLimits } from '../../base/limits.ts';
import { isPublicAddress } from './addresses.ts';
import { netTexts } from './texts.ts';

/** The questions asked to the DNS; an empty answer means that there is no such record or name. */
export interface MailResolver {
  /** Throws `Temporary` when nobody answers. */
  mailExchanges(domain: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
  /** IPv6 and IPv4 addresses. Throws `Temporary` when nobody answers. */
  addresses(host: string): Promise<readonly string[]>;
}

/** Domain (lower case, A-labels) -> the host that takes its mail. It may be private: the operator asked for it. */
export type MailRoutes = Readonly<Record<string, { readonly host: string; readonly port: number }>>;

export interface MailHost {
  /** The name that the certificate of the peer may be shown beside in failure reports. */
  readonly name: string;
  readonly port: number;
  readonly addresses: readonly string[];
  /** For `connectTo`: the operator configured this host, or the sandbox runs. */
  readonly allowPrivate: boolean;
}

export type MailHosts =
  | { readonly kind: 'hosts'; readonly hosts: readonly MailHost[] }
  /** The domain says that it takes no mail (RFC 7505). */
  | { readonly kind: 'no-mail' }
  | { readonly kind: 'unknown-domain' }
  /** Every host has only reserved addresses. */
  | { readonly kind: 'unreachable-addresses' };

const smtpPort = 25;

export interface ResolveOptions {
  readonly resolver: MailResolver;
  readonly routes: MailRoutes;
  /** Reserved and loopback addresses are taken too (the sandbox). */
  readonly allowPrivate?: boolean;
}

/** The hosts to try for `domain`, in order. */
export async function resolveMailHosts(domain: string, options: ResolveOptions): Promise<MailHosts> {
  const route = Object.hasOwn(options.routes, domain) ? options.routes[domain] : undefined;
  if (route) {
    const addresses = isIP(route.host) ? [route.host] : await options.resolver.addresses(route.host);
    if (addresses.length === 0) return { kind: 'unknown-domain' };
    return { kind: 'hosts', hosts: [{ name: route.host, port: route.port, addresses, allowPrivate: true }] };
  }
  const exchanges = await options.resolver.mailExchanges(domain);
  // RFC 7505 §3: a single exchange named by the root.
  if (exchanges.length === 1 && (exchanges[0]?.exchange ?? '') === '') return { kind: 'no-mail' };
  // RFC 5321 §5.1: without MX the domain itself is the host; with MX, never.
  const names = exchanges.length === 0 ? [domain] : inOrder(exchanges);
  const allowPrivate = options.allowPrivate ?? false;
  const hosts: MailHost[] = [];
  let hadAddress = false;
  let trouble: Temporary | undefined;
  for (const name of names.slice(0, netLimits.mailHosts)) {
    const all = await addressesOf(name, options.resolver);
    if (all instanceof Temporary) {
      trouble = all;
      continue;
    }
    hadAddress ||= all.length > 0;
    const addresses = (allowPrivate ? all : all.filter(isPublicAddress)).slice(0, netLimits.hostAddresses);
    if (addresses.length > 0) hosts.push({ name, port: smtpPort, addresses, allowPrivate });
  }
  if (hosts.length > 0) return { kind: 'hosts', hosts };
  if (trouble !== undefined) throw trouble; // it may be the host that takes the mail
  return hadAddress ? { kind: 'unreachable-addresses' } : { kind: 'unknown-domain' };
}

/** RFC 5321 §5.1: a host whose name cannot be resolved now does not stand before the others. */
async function addressesOf(name: string, resolver: MailResolver): Promise<readonly string[] | Temporary> {
  try {
    return await resolver.addresses(name);
  } catch (fault) {
    if (fault instanceof Temporary) return fault;
    throw fault;
  }
}

// RFC 5321 §5.1: lowest preference first, equal ones in random order so that they share the load.
function inOrder(exchanges: readonly { exchange: string; priority: number }[]): string[] {
  return exchanges
    .map((one) => ({ ...one, lot: Math.random() }))
    .sort((a, b) => a.priority - b.priority || a.lot - b.lot)
    .map((one) => one.exchange);
}

/** The resolver of the machine, or the servers given (`host` or `host:port`). */
export function systemResolver(servers?: readonly string[]): MailResolver {
  const tries = 2;
  const resolver = new Resolver({ timeout: netLimits.dnsMs / (2 * tries), tries });
  if (servers) resolver.setServers(servers);
  return {
    async mailExchanges(domain) {
      const found = await answer(domain, resolver.resolveMx(domain));
      return found.map(({ exchange, priority }) => ({ exchange: exchange.replace(/\.$/, '').toLowerCase(), priority }));
    },
    async addresses(host) {
      const [ipv6, ipv4] = await Promise.all([
        answer(host, resolver.resolve6(host)),
        answer(host, resolver.resolve4(host)),
      ]);
      return [...ipv6, ...ipv4];
    },
  };
}

async function answer<T>(domain: string, asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
    if (code === 'ENODATA' || code === 'ENOTFOUND') return [];
    throw new Temporary('dns-unavailable', netTexts.dnsUnavailable(domain), { cause: fault });
  }
}
