/**
 * Requests of one connection are worked on one at a time.
 *
 * A client may send many requests before it has read the first answer (HTTP/1.1 pipelining, RFC 9112, 9.3.2). Node gives the socket to
 * the first response only; those behind it hear neither `close` nor the end of a write when the connection goes. So whatever they held
 * would be held for ever. Answers leave in order anyway: nothing is begun before its response has the socket.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Requests that may wait behind the one being answered; a connection with more is closed. */
export const maxPipelined = 32;

const waiting = new WeakMap<Socket, number>();

/** Resolves to true when the response has the socket, to false when the connection has gone before. */
async function hasTurn({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply): Promise<boolean> {
  if (raw.socket) return true;
  const ahead = waiting.get(socket) ?? 0;
  if (ahead >= maxPipelined) socket.destroy();
  if (socket.destroyed) return false;
  waiting.set(socket, ahead + 1);
  return new Promise((resolve) => {
    const settle = (turn: boolean) => {
      socket.off('close', gone);
      raw.off('socket', come);
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      resolve(turn);
    };
    const gone = () => settle(false);
    const come = () => settle(true);
    socket.once('close', gone);
    raw.once('socket', come);
  });
}

/** To be registered before every other hook: what comes later counts and holds things for a request. */
export function oneAtATime(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!(await hasTurn(request, reply))) return reply.hijack();
    return undefined;
  });
}
