/** Which addresses lie on the public Internet (IANA special-purpose registries, RFC 6890). */
import { BlockList, isIP } from 'node:net';

const specialIpv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

// Only 2000::/3 is global unicast; within it, what carries IPv4 inside or is set apart.
const specialIpv6: readonly (readonly [string, number])[] = [
  ['::', 3],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['4000::', 2],
  ['8000::', 1],
];

/** Whether `address` (IPv4 or IPv6 text, IPv4 in IPv6 included) may be reached from a server without being asked for by configuration. */
export function isPublicAddress(address: string): boolean {
  const { plain, family } = plainAddress(address);
  if (family === 0) return false;
  const special = new BlockList();
  const ranges = family === 4 ? specialIpv4 : specialIpv6;
  for (const [network, prefix] of ranges) special.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return !special.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

export function isLoopbackAddress(address: string): boolean {
  const { plain, family } = plainAddress(address);
  if (family === 0) return false;
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8, 'ipv4');
  loopback.addAddress('::1', 'ipv6');
  return loopback.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

/** The address without its IPv6 dress: `::ffff:10.0.0.1` is `10.0.0.1`, however it is written. */
function plainAddress(address: string): { plain: string; family: 0 | 4 | 6 } {
  const family = isIP(address);
  if (family === 4) return { plain: address, family };
  if (family !== 6 || address.includes('%')) return { plain: address, family: 0 };
  // The WHATWG parser writes every form of one IPv6 address alike.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return { plain: canonical, family };
  const high = Number.parseInt(mapped[1] ?? '', 16);
  const low = Number.parseInt(mapped[2] ?? '', 16);
  return { plain: [high >> 8, high & 255, low >> 8, low & 255].join('.'), family: 4 };
}
