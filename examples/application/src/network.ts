/** networkOf: what a limit counts an address under. */
import { isIPv6 } from 'node:net';

/** Groups of 16 bits in the part of an IPv6 address that names the network. */
const NETWORK_GROUPS = 4;

/**
 * An IPv4 address counts for itself. An IPv6 address counts as its /64: whoever has one such address usually has all 2^64
 * of that network.
 */
export function networkOf(ip: string): string {
  const [address = ''] = ip.split('%');
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  // Servers that listen on both families see IPv4 clients as `::ffff:192.0.2.1`.
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (isMapped) return groups.slice(6).flatMap(bytesOf).join('.');
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** The eight groups, written without leading zeros. */
function groupsOf(address: string): readonly string[] {
  // The URL parser gives one spelling to all spellings of an address.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function bytesOf(group: string): readonly number[] {
  const number = Number.parseInt(group, 16);
  return [number >> 8, number & 0xff];
}
