/**
 * Requests of one connection are worked on one at a time.
 *
 * A client may send many requests before it has read the first answer (HTTP/1.1 pipelining, RFC 9112, 9.3.2). Node gives the socket to
 * the first response only; those behind it receive neither `close` nor the end of a write when the connection closes, so that what they
 * held would never be freed. Answers leave in order anyway: no request is begun before its response has the socket.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Requests that may wait behind the one being answered; a connection with more is closed. */
export const maxPipelined = 32;

/** For each connection, callbacks of the requests that wait on it, called when it closes. */
const waiting = new WeakMap<Socket, Set<() => void>>();

function waitersOf(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known) return known;
  const waiters = new Set<() => void>();
  waiting.set(socket, waiters);
  socket.once('close', () => {
    for (const gone of waiters) gone();
  });
  return waiters;
}

/** Resolves to true when the response has the socket, to false when the connection has gone before. */
async function hasSocket({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply): Promise<boolean> {
  if (raw.socket) return true;
  const waiters = waitersOf(socket);
  if (waiters.size >= maxPipelined) socket.destroy();
  if (socket.destroyed) return false;
  return new Promise((resolve) => {
    const settle = (turn: boolean) => {
      waiters.delete(gone);
      resolve(turn);
    };
    const gone = () => settle(false);
    waiters.add(gone);
    raw.once('socket', () => settle(true));
  });
}

/** To be registered before every other hook: what comes later counts and holds things for a request. */
export function oneAtATime(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!(await hasSocket(request, reply))) return reply.hijack();
    return undefined;
  });
}
