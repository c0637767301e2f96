/** Addresses by which a machine reaches itself. */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Of an address or a name; names are none. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return loopback.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}
