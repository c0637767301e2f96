/** stack.http: DMS-REQ-0375, ten clients at once, each its own object, 1,000 observations, three planes; seconds of the slowest answer. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type BenchContext, type Claim, type Pair, peerProgram } from './support/claim.ts';
import { type StackArchive, stackArchive } from './support/stack-archive.ts';
import { type Clients, serveStacks } from './support/stack-clients.ts';
import { median } from './support/turns.ts';

const CLIENTS = 10;
const SIZE = 51;

/** Seconds of the slowest of some clients that ask at once, several times. */
async function slowest(service: Clients, clients: number, observations: number, passes: number) {
  const times: number[] = [];
  for (let pass = 0; pass < passes; pass++) times.push(await service.askAtOnce(clients, observations));
  return times;
}

async function tableOf(service: Clients, most: number): Promise<string> {
  const lines: string[] = [];
  for (const observations of [100, 500, 1000].filter((n) => n <= most)) {
    for (const clients of [1, 10, 50]) {
      const [time = NaN] = await slowest(service, clients, observations, 1);
      const rss = Math.round(service.peakRss() / 1048576);
      lines.push(`${clients} clients x ${observations}: ${time.toFixed(2)} s, RSS ${rss} MiB`);
    }
  }
  return lines.join('; ');
}

/** The plain way in C, as many at once as there are cores, no service: seconds for all the stamps of all clients. */
function peerSeconds(
  context: BenchContext,
  { places, covering, visits }: StackArchive,
  observations: number,
): number {
  const some = context.quick ? 40 : 400;
  const lines = Array.from({ length: some }, (_, k) => {
    const [lon, lat] = places[k % places.length] ?? [0, 0];
    return `${join(visits.folder, covering[k % covering.length] ?? '')} ${lon} ${lat}\n`;
  });
  const { seconds } = peerProgram(context, 'cfitsio_stamps', [SIZE, 3], lines.join(''));
  return (seconds * observations * CLIENTS) / availableParallelism();
}

const claim: Claim = {
  name: 'stack.http',
  peerName: 'cfitsio on all cores, no service',
  pair: async (context, quick): Promise<Pair> => {
    const observations = quick ? 100 : 1000;
    const passes = quick ? 3 : 5;
    const plain = await stackArchive(context, observations, CLIENTS, false);
    const peer = peerSeconds(context, plain, observations);
    const without = await serveStacks(plain);
    const times = await slowest(without, CLIENTS, observations, passes);
    const table = await tableOf(without, observations);
    await without.close();
    const pointed = await serveStacks(await stackArchive(context, observations, CLIENTS, true));
    const seeking = await slowest(pointed, CLIENTS, observations, passes);
    const seekTable = await tableOf(pointed, observations);
    await pointed.close();
    const ours = median(seeking);
    return {
      ours: { n: passes, seconds: ours, min: Math.min(...seeking), max: Math.max(...seeking) },
      peer: { n: observations * CLIENTS, seconds: peer },
      notes:
        `${CLIENTS} clients x ${observations}: with seek points ${ours.toFixed(2)} s, without ${median(times).toFixed(2)} s ` +
        `(${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}). With: ${seekTable}. Without: ${table}`,
    };
  },
};
export default claim;
