/**
 * ccd.http: a detector's worth of a coadd across the corner of four lossy patches, with mask and variance, for 20 clients at once,
 * each another region; seconds of the slowest. The peer is the requirement's half (DMS-REQ-0377: 15 s). One client alone is compared with
 * a program that joins the same boxes by cfitsio, on one thread, into a file.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type BenchContext, type Claim, peerProgram } from './support/claim.ts';
import { addressOf, fetched, memory, type Patches, patchesOf, rectangle, serve } from './support/patches.ts';
import { mean } from './support/turns.ts';

const CLIENTS = 20;
const [WIDTH, HEIGHT] = [4072, 4000];

/** Seconds by cfitsio for the region in the middle. */
function joined(context: BenchContext, { files, middle }: Patches, scale: number, count: number): number {
  const paths = readdirSync(files, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('deep_coadd') && name.endsWith('.fits'))
    .map((name) => join(files, name));
  const border = Math.round(200 * scale);
  const output = join(files, 'joined.fits');
  const args = [output, ...middle, WIDTH * scale, HEIGHT * scale, border, count, ...paths];
  return peerProgram(context, 'cfitsio_mosaic', args).seconds;
}

/** Seconds of one client alone, with so many threads. */
async function alone(patches: Patches, scale: number, threads: number, rounds: number) {
  const service = await serve(patches.archive, threads);
  try {
    const url = addressOf(service, rectangle(patches, WIDTH * scale, HEIGHT * scale));
    await fetched(url);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push((await fetched(url)).seconds);
    return mean(seconds);
  } finally {
    await service.close();
  }
}

const claim: Claim = {
  name: 'ccd.http',
  peerName: 'the limit, 7.5 s',
  pair: async (context, quick) => {
    const scale = quick ? 0.1 : 1;
    const patches = await patchesOf(context, scale);
    const rounds = quick ? 3 : 5;
    const before = joined(context, patches, scale, rounds);
    const one = await alone(patches, scale, 1, rounds);
    const all = await alone(patches, scale, availableParallelism(), rounds);
    const plain = (before + joined(context, patches, scale, rounds)) / 2;
    const service = await serve(patches.archive);
    try {
      const urls = Array.from({ length: CLIENTS }, (_, i) => {
        const [dx, dy] = [((i % 5) - 2) * 200 * scale, (Math.floor(i / 5) - 1.5) * 200 * scale];
        return addressOf(service, rectangle(patches, WIDTH * scale, HEIGHT * scale, dx, dy));
      });
      const { bytes } = await fetched(urls[0] ?? '');
      const slowest: number[] = [];
      for (let round = 0; round < (quick ? 2 : 3); round++) {
        const answers = await Promise.all(urls.map(fetched));
        slowest.push(Math.max(...answers.map(({ seconds }) => seconds)));
      }
      const [min, max] = [Math.min(...slowest), Math.max(...slowest)];
      const times = (seconds: number) => `${seconds.toFixed(3)} s (${(plain / seconds).toFixed(1)} x)`;
      const notes =
        `${CLIENTS} clients, ${bytes} bytes each; one alone with one thread ${times(one)}, with as many as cores ${times(all)}, ` +
        `beside cfitsio into a file ${plain.toFixed(3)} s, ${((bytes / 4 / plain) * 1e-6).toFixed(0)} Mpix/s; ${memory()}`;
      return {
        ours: { n: slowest.length, seconds: max, min, max },
        peer: { n: 1, seconds: 7.5 * scale ** 2 },
        notes,
      };
    } finally {
      await service.close();
    }
  },
};
export default claim;
