/**
 * field.http: one square degree of a coadd, 18,000 x 18,000 pixels with mask and variance, to one client; beside it the same number of
 * bytes from a route of the same process that sends one buffer again and again, which is what the loopback allows. Beside both, making the
 * pixels for nobody while the loopback sends: what these cores could do if no sending had to wait for pixels. Then a client that reads what
 * it gets, four clients at once, and ten square degrees of small pixels: planned, stopped and gone on with.
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { BenchContext, Claim } from './support/claim.ts';
import {
  addressOf,
  cpuSince,
  fetched,
  memory,
  patchesOf,
  read,
  rectangle,
  serve,
} from './support/patches.ts';
import { mean, timed } from './support/turns.ts';

/** Bytes of an answer into a digest: all that come, or as many as are wanted before the client leaves. */
async function into(hash: ReturnType<typeof createHash>, url: string, from: number, most = Infinity) {
  const leave = new AbortController();
  const answer = await fetch(url, { headers: { range: `bytes=${from}-` }, signal: leave.signal });
  let got = 0;
  for await (const piece of answer.body as ReadableStream<Uint8Array>) {
    const wanted = piece.subarray(0, most - got);
    hash.update(wanted);
    got += wanted.byteLength;
    if (got >= most) break;
  }
  leave.abort();
  return got;
}

/** Ten square degrees in pixels of 2 arc seconds: as many patches and tracts as there are, each of a hundredth of the pixels. */
async function tenDegrees(context: BenchContext): Promise<string> {
  const patches = await patchesOf(context, 0.1, 100, 9);
  const service = await serve(patches.archive);
  try {
    const url = addressOf(service, rectangle(patches, 5692, 5692));
    const plan = await fetched(url.replace('/cutout/', '/mosaic/').replace(/ID=[^&]*&/, 'PLAN=true&'));
    const { first, seconds, bytes } = await fetched(url);
    const whole = createHash('sha256');
    await into(whole, url, 0);
    const parts = createHash('sha256');
    const stopped = await into(parts, url, 0, Math.round(0.4 * bytes));
    const more = await into(parts, url, stopped, Math.round(0.3 * bytes));
    await into(parts, url, stopped + more);
    const same = parts.digest('hex') === whole.digest('hex');
    return (
      `ten square degrees (pixels of 2"): plan ${plan.seconds.toFixed(2)} s, first byte ${first.toFixed(2)} s, all ${bytes} bytes ` +
      `${seconds.toFixed(1)} s; stopped twice and gone on with: ${same ? 'the same bytes' : 'OTHER BYTES'}`
    );
  } finally {
    await service.close();
  }
}

const claim: Claim = {
  name: 'field.http',
  peerName: 'the loopback, sending one buffer',
  pair: async (context, quick) => {
    const scale = quick ? 0.1 : 1;
    const patches = await patchesOf(context, scale);
    const service = await serve(patches.archive);
    try {
      const polygon = rectangle(patches, 18_000 * scale - 8, 18_000 * scale - 8);
      const url = addressOf(service, polygon);
      const ours: number[] = [];
      const limit: number[] = [];
      const transport: number[] = [];
      const decoding: number[] = [];
      const apart: number[] = [];
      const reading: number[] = [];
      const readingLimit: number[] = [];
      const four: number[] = [];
      const { bytes } = await fetched(url);
      for (let round = 0; round < (quick ? 2 : 4); round++) {
        ours.push((await fetched(url)).seconds);
        const before = process.cpuUsage();
        const { seconds, cpu } = await fetched(service.loopback(bytes));
        limit.push(seconds);
        transport.push(cpu + cpuSince(before));
        decoding.push(await service.made(polygon));
        if (round % 2) continue;
        apart.push(await timed(() => Promise.all([service.made(polygon), fetched(service.loopback(bytes))])));
        reading.push(await timed(() => read(url)));
        readingLimit.push(await timed(() => read(service.loopback(bytes))));
        four.push(await timed(() => Promise.all(Array.from({ length: 4 }, () => fetched(url)))));
      }
      const shareOf = (whole: readonly number[], part: readonly number[]) =>
        Math.round((100 * mean(whole)) / mean(part));
      const one = (mean(transport) + mean(decoding)) / availableParallelism();
      const bound = Math.min(100, Math.round((100 * mean(limit)) / one));
      const notes =
        `${bytes} bytes, ${shareOf(limit, ours)} % of the loopback's rate; sending takes ${mean(transport).toFixed(2)} core-seconds of both sides, making ` +
        `${mean(decoding).toFixed(2)}, which on all cores bounds it at ${bound} %; making while the loopback sends takes ` +
        `${mean(apart).toFixed(2)} s (${shareOf(limit, apart)} %); to a client that makes a check sum of it ${mean(reading).toFixed(2)} s, ` +
        `${shareOf(readingLimit, reading)} % of the loopback's rate to such a one; four at once ${mean(four).toFixed(2)} s, ` +
        `${(mean(four) / (4 * one)).toFixed(2)} times those core-seconds; ${memory()}`;
      return {
        ours: { n: ours.length, seconds: mean(ours), min: Math.min(...ours), max: Math.max(...ours) },
        peer: { n: limit.length, seconds: mean(limit) },
        notes: quick ? notes : `${notes}; ${await tenDegrees(context)}`,
      };
    } finally {
      await service.close();
    }
  },
};
export default claim;
