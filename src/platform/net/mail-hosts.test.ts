import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { describe, test } from 'node:test';
import { Temporary } from '../../base/errors.ts';
import { netLimits } from '../../base/limits.ts';
import { type MailResolver, resolveMailHosts, systemResolver } from './mail-hosts.ts';

interface Zone {
  readonly mx?: Readonly<Record<string, readonly (readonly [priority: number, exchange: string])[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
}

function resolverOf(zone: Zone): MailResolver {
  return {
    mailExchanges: async (domain) => (zone.mx?.[domain] ?? []).map(([priority, exchange]) => ({ priority, exchange })),
    addresses: async (host) => zone.a?.[host] ?? [],
  };
}

function resolve(
  domain: string,
  zone: Zone,
  more: { routes?: Record<string, { host: string; port: number }>; allowPrivate?: boolean } = {},
) {
  return resolveMailHosts(domain, { resolver: resolverOf(zone), routes: {}, ...more });
}

describe('the hosts that take the mail of a domain', () => {
  test('are tried by preference, lowest first (RFC 5321 §5.1)', async () => {
    const zone = {
      mx: {
        'd.fr': [
          [20, 'b.fr'],
          [10, 'a.fr'],
          [30, 'c.fr'],
        ] as const,
      },
      a: { 'a.fr': ['1.1.1.1'], 'b.fr': ['2606:4700::1', '1.1.1.2'], 'c.fr': ['1.1.1.3'] },
    };
    assert.deepEqual(await resolve('d.fr', zone), {
      kind: 'hosts',
      hosts: [
        { name: 'a.fr', port: 25, addresses: ['1.1.1.1'], allowPrivate: false },
        { name: 'b.fr', port: 25, addresses: ['2606:4700::1', '1.1.1.2'], allowPrivate: false },
        { name: 'c.fr', port: 25, addresses: ['1.1.1.3'], allowPrivate: false },
      ],
    });
  });

  test('share the load when their preference is equal (RFC 5321 §5.1)', async () => {
    const zone = {
      mx: {
        'd.fr': [
          [10, 'a.fr'],
          [10, 'b.fr'],
        ] as const,
      },
      a: { 'a.fr': ['1.1.1.1'], 'b.fr': ['1.1.1.2'] },
    };
    const firsts = new Set<string | undefined>();
    for (let i = 0; i < 64; i += 1) {
      const found = await resolve('d.fr', zone);
      assert(found.kind === 'hosts');
      firsts.add(found.hosts[0]?.name);
    }
    assert.deepEqual(firsts, new Set(['a.fr', 'b.fr']));
  });

  test('are the domain itself when it has no MX, and never when it has one', async () => {
    const found = await resolve('d.fr', { a: { 'd.fr': ['1.1.1.1'] } });
    assert(found.kind === 'hosts');
    assert.equal(found.hosts[0]?.name, 'd.fr');
    const zone = { mx: { 'd.fr': [[10, 'gone.fr']] as const }, a: { 'd.fr': ['1.1.1.1'] } };
    assert.deepEqual(await resolve('d.fr', zone), { kind: 'unknown-domain' });
  });

  test('are none when the domain says that it takes no mail (RFC 7505 §3)', async () => {
    assert.deepEqual(await resolve('d.fr', { mx: { 'd.fr': [[0, '']] } }), { kind: 'no-mail' });
  });

  test('are none when nobody knows the domain', async () => {
    assert.deepEqual(await resolve('d.fr', {}), { kind: 'unknown-domain' });
  });

  test('are none when their addresses are reserved, unless the sandbox runs', async () => {
    const zone = { mx: { 'd.fr': [[10, 'a.fr']] as const }, a: { 'a.fr': ['127.0.0.1', '10.0.0.1'] } };
    assert.deepEqual(await resolve('d.fr', zone), { kind: 'unreachable-addresses' });
    const found = await resolve('d.fr', zone, { allowPrivate: true });
    assert(found.kind === 'hosts');
    assert.deepEqual(found.hosts[0]?.addresses, ['127.0.0.1', '10.0.0.1']);
  });

  test('are the configured route whatever the DNS says, and it may be private', async () => {
    const routes = { 'd.fr': { host: '10.0.0.5', port: 2525 }, 'e.fr': { host: 'relay.lan', port: 25 } };
    const zone = { mx: { 'd.fr': [[10, 'a.fr']] as const }, a: { 'a.fr': ['1.1.1.1'], 'relay.lan': ['192.168.0.9'] } };
    assert.deepEqual(await resolve('d.fr', zone, { routes }), {
      kind: 'hosts',
      hosts: [{ name: '10.0.0.5', port: 2525, addresses: ['10.0.0.5'], allowPrivate: true }],
    });
    assert.deepEqual(await resolve('e.fr', zone, { routes }), {
      kind: 'hosts',
      hosts: [{ name: 'relay.lan', port: 25, addresses: ['192.168.0.9'], allowPrivate: true }],
    });
    assert.deepEqual(await resolve('e.fr', {}, { routes }), { kind: 'unknown-domain' });
  });

  test('are those whose name can be resolved now; when there is none, a later try may find them', async () => {
    const mx = { 'd.fr': [[10, 'lost.fr'] as const, [20, 'b.fr'] as const] };
    const resolveWith = (zone: Zone) => {
      const known = resolverOf(zone);
      const addresses = async (host: string) => {
        if (host === 'lost.fr') throw new Temporary('dns-unavailable', 'x');
        return known.addresses(host);
      };
      return resolveMailHosts('d.fr', { resolver: { ...known, addresses }, routes: {} });
    };
    const found = await resolveWith({ mx, a: { 'b.fr': ['1.1.1.2'] } });
    assert.deepEqual(found.kind === 'hosts' && found.hosts.map(({ name }) => name), ['b.fr']);
    await assert.rejects(resolveWith({ mx }), { code: 'dns-unavailable' });
  });

  test('are bounded in number and in addresses', async () => {
    const names = Array.from({ length: netLimits.mailHosts + 1 }, (_, i) => `h${i}.fr`);
    const many = Array.from({ length: netLimits.hostAddresses + 1 }, (_, i) => `1.1.1.${i}`);
    const a = Object.fromEntries(names.map((name) => [name, many]));
    for (const count of [netLimits.mailHosts, netLimits.mailHosts + 1]) {
      const mx = { 'd.fr': names.slice(0, count).map((name, i) => [i, name] as const) };
      const found = await resolve('d.fr', { mx, a });
      assert(found.kind === 'hosts');
      assert.equal(found.hosts.length, netLimits.mailHosts);
      assert.equal(found.hosts[0]?.addresses.length, netLimits.hostAddresses);
    }
  });

  test('a domain named like a property of every object has no route', async () => {
    assert.deepEqual(await resolve('constructor', {}), { kind: 'unknown-domain' });
  });
});

describe('the resolver', () => {
  /** A DNS server that answers every question with one response code and no record. */
  async function dnsServer(t: { after(fn: () => unknown): void }, code: number): Promise<string> {
    const socket = createSocket('udp4', (question, peer) => {
      const answer = Buffer.from(question);
      answer[2] = 0x81;
      answer[3] = 0x80 | code;
      socket.send(answer, peer.port, peer.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    t.after(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    return `127.0.0.1:${socket.address().port}`;
  }

  test('finds nothing when the name or the record does not exist', async (t) => {
    for (const code of [0, 3]) {
      const resolver = systemResolver([await dnsServer(t, code)]);
      assert.deepEqual(await resolver.mailExchanges('d.fr'), []);
      assert.deepEqual(await resolver.addresses('d.fr'), []);
    }
  });

  test('a server that fails is temporary: the domain may well exist', async (t) => {
    const resolver = systemResolver([await dnsServer(t, 2)]);
    const failed = { name: 'Temporary', code: 'dns-unavailable' };
    await assert.rejects(resolver.mailExchanges('d.fr'), failed);
    await assert.rejects(resolver.addresses('d.fr'), failed);
  });
});
