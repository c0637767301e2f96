/** Which neighbours are believed when they say who asked and under what address. */

import { BlockList, isIP } from 'node:net';
import { clip } from '../../base/clip.ts';
import { usageError } from '../../base/errors.ts';

/** @param networks addresses or CIDR networks. Throws VignetError usage BAD_SETTING. */
export function trustIn(networks: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    const width = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
    if (!family || !Number.isInteger(width) || width < 0 || width > (family === 4 ? 32 : 128)) {
      throw usageError(
        'BAD_SETTING',
        `expected addresses or networks (such as 10.0.0.0/8) for VIGNET_TRUSTED_PROXIES, received '${clip(network)}'`,
      );
    }
    list.addSubnet(address, width, family === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    if (!address) return false;
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  };
}
