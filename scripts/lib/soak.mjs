// Fifty clients at once for a while: no error, every answer the same bytes as one client alone gets, memory flat.
import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { sampleArchive } from './sample.mjs';
import { datasets, serve } from './serve.mjs';

const CLIENTS = 50;

/** One GET; resolves to the SHA-256 of a complete 200 answer. */
function digest(url, agent) {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      const hash = createHash('sha256');
      response.on('data', (chunk) => hash.update(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(hash.digest('hex'));
        else reject(new Error(`${response.statusCode} for ${url}`));
      });
    })
      .on('error', reject)
      .end();
  });
}

function requests(archive) {
  const details = ['Image', 'MaskedImage', 'Exposure'];
  return datasets(archive)
    .filter((dataset) => dataset.s_ra !== null)
    .flatMap((dataset, i) => {
      const circle = `${dataset.s_ra} ${dataset.s_dec} ${[0.002, 0.01, 0.03][i % 3]}`;
      return [
        { ID: dataset.id, CIRCLE: circle, CUTOUTDETAIL: details[i % 3] },
        ...(i % 10 ? [] : [{ ID: dataset.id, CIRCLE: circle, RESPONSEFORMAT: 'image/png' }]),
      ];
    })
    .slice(0, 120)
    .map((query) => `/api/cutout/sync?${new URLSearchParams(query)}`);
}

/** Resolves to whether all went well. */
async function soak({ seconds }) {
  const archive = sampleArchive();
  // A busy machine is no reason to refuse anything.
  const service = await serve(archive, { VIGNET_MAX_LAG_MS: '3600000' });
  const errors = [];
  try {
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const paths = requests(archive);
    const alone = new Map();
    for (const path of paths) alone.set(path, await digest(service.base + path, agent));
    const end = Date.now() + seconds * 1000;
    const early = [];
    const late = [];
    let answers = 0;
    const watch = setInterval(() => {
      if (service.child.exitCode === null)
        (Date.now() < end - seconds * 500 ? early : late).push(service.rss());
    }, 500);
    const client = async (offset) => {
      for (let i = offset; Date.now() < end && errors.length < 20; i += 7) {
        const path = paths[i % paths.length];
        try {
          if ((await digest(service.base + path, agent)) !== alone.get(path))
            errors.push(`different bytes: ${path}`);
          answers++;
        } catch (error) {
          errors.push(error.message);
        }
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)));
    clearInterval(watch);
    agent.destroy();
    // The first quarter is warm-up: caches fill and the heap finds its size.
    const before = Math.max(...early.slice(early.length >> 1));
    const after = Math.max(...late);
    if (after > before * 1.25 + 64)
      errors.push(`memory grew from ${before.toFixed(0)} to ${after.toFixed(0)} MiB`);
    const rate = (answers / seconds).toFixed(0);
    console.log(
      `soak: ${answers} answers, ${rate} a second, memory ${before.toFixed(0)} → ${after.toFixed(0)} MiB`,
    );
  } finally {
    const code = await service.stop();
    if (code !== 0) errors.push(`the service ended with ${code}`);
    for (const error of errors.slice(0, 10)) console.log(error);
  }
  return errors.length === 0;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  process.exit((await soak({ seconds: Number(process.argv[2] ?? 60) })) ? 0 : 1);
}
