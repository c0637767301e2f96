// /api/stack on a socket: forms, uploads, ranges, documents.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ANONYMOUS } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { type RealService, realService } from './real.ts';

let service: RealService;
let where: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), 'vignet-stack-http-'));

beforeAll(async () => {
  service = await realService();
  const sample = service.samples.find(({ label }) => /^visit_image/.test(label)) ?? service.samples[0];
  if (!sample) throw new Error('the sample archive is empty');
  where = { RA: String(sample.lon), DEC: String(sample.lat), SIZE: '15' };
});

afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

const url = (parameters: Record<string, string> = {}) =>
  `${service.url}/api/stack/sync?${new URLSearchParams({ ...where, ...parameters })}`;

describe('an empty answer', () => {
  it('says what was looked for and what is there', async () => {
    const got = await fetch(url({ BAND: 'q', TIME: '50000 50001' }));
    expect(got.status).toBe(204);
    expect(got.headers.get('vignet-reason')).toMatch(
      /^no visit_image of band q in MJD 50000 50001 covers the position; there: .*visit_image .*r \d+.*, from MJD 6\d{4}\.\d{3} to 6\d{4}\.\d{3} UTC$/,
    );
  });

  it('is not given for the name of a filter, which is as good as that of its band', async () => {
    const sizes = await Promise.all(
      ['r', 'r_57'].map(async (BAND) =>
        (await fetch(url({ BAND }), { method: 'HEAD' })).headers.get('content-length'),
      ),
    );
    expect(Number(sizes[0])).toBeGreaterThan(0);
    expect(sizes[1]).toBe(sizes[0]);
  });
});

describe('an answer of the default type', () => {
  // The catalog, asked for footprints that hold the position: the search of a stack is another one, of footprints near it.
  it('says in its header how many images of other types there are', async () => {
    const ofTypes = new Map<string, number>();
    const near = [Number(where.RA), Number(where.DEC)] as const;
    const archive = await openArchive(inject('sample'));
    for await (const rows of archive.as(ANONYMOUS).list({ regions: [{ point: near }] }))
      for (const { dataset_type: type } of rows) ofTypes.set(type, (ofTypes.get(type) ?? 0) + 1);
    await archive.close();
    const others = [...ofTypes].filter(([type]) => type !== 'visit_image');
    expect(others.length).toBeGreaterThan(0);
    const got = await fetch(url());
    const said = got.headers.get('vignet-warning') ?? '';
    const path = join(folder, 'others.fits');
    writeFileSync(path, Buffer.from(await got.arrayBuffer()));
    const script =
      'import sys; from astropy.io import fits; print(fits.open(sys.argv[1])["STACK"].header["OTHERTYP"], end="")';
    const card = execFileSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' });
    // None of them is of single-epoch calibrated images: nothing that somebody could have meant instead.
    expect(said).toBe('');
    const counts = card.split('; ').map((one) => {
      const [type = '', ...bands] = one.split(/,? /);
      return [type, bands.map(Number).reduce((sum, n) => sum + (n || 0), 0)];
    });
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(others));
    const named = await fetch(url({ DPSUBTYPE: 'visit_image' }), { method: 'HEAD' });
    expect(named.headers.get('vignet-warning')).toBeNull();
  });

  it('is a VOTable with the reason where it is empty, the same that a 204 has', async () => {
    const nothing = { RA: '10', DEC: '-80' };
    const text = await (await fetch(url({ ...nothing, RESPONSEFORMAT: 'votable' }))).text();
    const reason = (await fetch(url(nothing))).headers.get('vignet-reason');
    expect(text).toContain(`<INFO name="reason" value="${reason}"/>`);
  });

  it('is of a circle by CIRCLE as by POS', async () => {
    const { RA, DEC } = where;
    const circle = `${RA} ${DEC} 0.0005`;
    const tags = await Promise.all(
      [{ CIRCLE: circle }, { POS: `CIRCLE ${circle}` }].map(async (place) => {
        const address = `${service.url}/api/stack/sync?${new URLSearchParams(place as Record<string, string>)}`;
        return (await fetch(address, { method: 'HEAD' })).headers.get('etag');
      }),
    );
    expect(tags[0]).toMatch(/./);
    expect(tags[1]).toBe(tags[0]);
  });
});

describe('GET, HEAD and POST', () => {
  it('give the same stack, with its length, its name and a validator', async () => {
    const got = await fetch(url());
    expect(got.status).toBe(200);
    expect(got.headers.get('content-type')).toBe('application/fits');
    expect(got.headers.get('content-disposition')).toMatch(/^attachment; filename="stack_[\w.]+\.fits"$/);
    const bytes = Buffer.from(await got.arrayBuffer());
    expect(bytes.length).toBe(Number(got.headers.get('content-length')));
    const path = join(folder, 'stack.fits');
    writeFileSync(path, bytes);
    expect(execFileSync('fitsverify', ['-q', path], { encoding: 'utf8' })).toMatch(/OK/);

    const head = await fetch(url(), { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(bytes.length));
    expect(head.headers.get('etag')).toBe(got.headers.get('etag'));
    const posted = await fetch(`${service.url}/api/stack/sync`, {
      method: 'POST',
      body: new URLSearchParams(where),
    });
    expect(Buffer.from(await posted.arrayBuffer()).equals(bytes)).toBe(true);
    const again = await fetch(url(), { headers: { 'if-none-match': got.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    const part = await fetch(url(), { headers: { range: 'bytes=2880-5759' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(2880, 5760))).toBe(true);
  });

  it('take a track as an uploaded VOTable', async () => {
    const rows = [60_900, 60_900.9].map(
      (mjd) => `<TR><TD>${mjd}</TD><TD>${where.RA}</TD><TD>${where.DEC}</TD></TR>`,
    );
    const text = `<VOTABLE version="1.4"><RESOURCE><TABLE><FIELD name="mjd" datatype="double"/><FIELD name="ra" datatype="double"/><FIELD name="dec" datatype="double"/><DATA><TABLEDATA>${rows.join('')}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;
    const form = new FormData();
    form.set('TRACK', new Blob([text]), 'track.vot');
    form.set('RESPONSEFORMAT', 'votable');
    const got = await fetch(`${service.url}/api/stack/sync`, { method: 'POST', body: form });
    expect(got.status).toBe(200);
    expect(await got.text()).toContain('<INFO name="QUERY_STATUS" value="OK"/>');
    const inline = new FormData();
    inline.set('UPLOAD', 'TRACK,param:points');
    inline.set('points', new Blob([text]), 'points.vot');
    inline.set('RESPONSEFORMAT', 'votable');
    expect((await fetch(`${service.url}/api/stack/sync`, { method: 'POST', body: inline })).status).toBe(200);
  });

  it('say 204 where nothing was observed', async () => {
    const got = await fetch(url({ RA: '10', DEC: '-80' }));
    expect(got.status).toBe(204);
    expect(got.headers.get('vignet-reason')).toMatch(/^no visit_image covers the position; nothing does$/);
  });

  it.each([
    [{ SIZE: 'x' }, 400],
    [{ FROB: '1' }, 400],
    [{ ID: 'ivo://x/y?repo=sim&id=00000000-0000-5000-8000-000000000000' }, 404],
    [{ COLLECTION: 'nowhere' }, 400],
  ] as const)('refuse %j with %i', async (parameters, status) => {
    const got = await fetch(url(parameters));
    expect(got.status).toBe(status);
    expect(await got.text()).toMatch(/^UsageError: /);
  });
});

describe('rows', () => {
  it('link to cutouts that are there', async () => {
    const text = await (await fetch(url({ RESPONSEFORMAT: 'votable', MAXREC: '1' }))).text();
    const link = /<TD>(http[^<]*)<\/TD>/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(link.startsWith(`${service.url}/api/cutout/sync?`)).toBe(true);
    expect((await fetch(link)).status).toBe(200);
    expect(text).toContain('value="OVERFLOW"');
  });
});

describe('beside it', () => {
  it('are capabilities of its own standard, availability, and examples that run', async () => {
    const capabilities = await (await fetch(`${service.url}/api/stack/capabilities`)).text();
    expect(capabilities).toMatch(/standardID="ivo:\/\/[^"/]+\/std\/stack#sync-1\.0"/);
    expect(capabilities).not.toContain('SODA');
    expect(await (await fetch(`${service.url}/api/stack/availability`)).text()).toContain('true');
    const examples = await (await fetch(`${service.url}/api/stack/examples`)).text();
    const links = [...examples.matchAll(/href="([^"]+)"/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    );
    expect(links.length).toBeGreaterThan(3);
    for (const link of links.slice(0, 4)) expect((await fetch(link)).status, link).toBe(200);
    const openapi = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    expect(Object.keys(openapi.paths)).toContain('/api/stack/sync');
  });
});
