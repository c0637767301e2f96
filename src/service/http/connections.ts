/** How many connections one address may have open, so that one client cannot take all there are. */
import type { Server } from 'node:http';

/** Closes connections of an address beyond `most`. Those that `isExempt` takes are not counted: proxies carry many clients. */
export function limitPerAddress(server: Server, most: number, isExempt: (address: string) => boolean): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || isExempt(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > most) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
