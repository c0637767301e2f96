// A masked image streamed to a file, and a picture of the same region.
// Usage: VIGNET=http://localhost:8080 ID='ivo://…' CIRCLE='lon lat radius' node cutout.mjs
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const { VIGNET, ID, CIRCLE } = process.env;

async function save(file, more) {
  const query = new URLSearchParams({ ID, CIRCLE, ...more });
  const reply = await fetch(`${VIGNET}/api/cutout/sync?${query}`);
  if (reply.status === 204) throw new Error('the circle and the image do not overlap');
  if (!reply.ok) throw new Error(await reply.text());
  await pipeline(Readable.fromWeb(reply.body), createWriteStream(file));
  console.log(`${file}: ${reply.headers.get('content-type')}, ETag ${reply.headers.get('etag')}`);
}

await save('cutout.fits', { CUTOUTDETAIL: 'MaskedImage' });
await save('cutout.png', { RESPONSEFORMAT: 'image/png' });
