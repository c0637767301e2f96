// Files of a Butler on another machine: they are in the catalog as nearline, and whoever asks for their pixels is told so.
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { checkArchive } from '../../../src/archive/check.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import { stackRequest } from '../../../src/vo/stack/request.ts';
import { vignet as vignetProgram } from '../../cli/run.ts';
import { realService } from '../../service/real.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { plainImage } from '../../support/fits.ts';
import { caller, HERE, idOf, labels, rowsOf, uuid, visit } from './later-support.ts';

describe('a file on another machine', () => {
  const hosts = { allowHosts: ['bucket', 'data.example.org'] };

  it('is catalogued as nearline where its host is allowed, found, and refused in words', async () => {
    const repository = folder();
    const butler = await newButler(repository);
    await butler.collection('run', 'run');
    await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
    await butler.registry.insert('physical_filter', [{ instrument: 'Cam', name: 'r_57', band: 'r' }]);
    for (const [n, path] of [
      's3://bucket/a/1.fits',
      'https://data.example.org/2.fits',
      's3://else/3.fits',
    ].entries())
      await butler.dataset('calexp', 'run', uuidOf(n), await visit(butler, n, HERE), path);
    const near = plainImage(40, 30, { CRVAL1: HERE[0], CRVAL2: HERE[1] });
    putFile(repository, 'run/4.fits', near);
    await butler.dataset('calexp', 'run', uuidOf(4), await visit(butler, 4, HERE), 'run/4.fits');
    const archive = folder();
    const report = await ingestButler(archive, { repository, ...hosts }, labels);
    expect(report).toMatchObject({
      ...{ ingested: 3, failed: 1 },
      failures: [
        { path: 's3://else/3.fits', code: 'REMOTE_FILE', reason: expect.stringContaining('--allow-host') },
      ],
    });
    const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
    try {
      const rows = await rowsOf(vignet);
      expect(
        rows.map(({ state, root, path, s_region_origin }) => [state, root, path, s_region_origin]),
      ).toEqual([
        ['nearline', '', 's3://bucket/a/1.fits', 'butler'],
        ['nearline', '', 'https://data.example.org/2.fits', 'butler'],
        ['online', expect.any(String), 'run/4.fits', 'wcs'],
      ]);
      expect(rows[0]).toMatchObject({
        lsst_visit: 0,
        lsst_band: 'r',
        planes: null,
        absolutePath: 's3://bucket/a/1.fits',
      });
      expect(await vignet.archive.as(ANONYMOUS).find({ point: HERE })).toHaveLength(3);
      const refused = {
        ...{ kind: 'data', code: 'NEARLINE' },
        message: expect.stringMatching(/^the dataset is nearline: its file is at s3:\/\/bucket, /),
      };
      await expect(vignet.cutout(idOf(0), {}, caller)).rejects.toMatchObject(refused);
      await expect(vignet.datasets.file(idOf(0), {}, caller)).rejects.toMatchObject(refused);
      await expect(vignet.datasets.preview(idOf(0), caller)).rejects.toMatchObject(refused);
      // A stack has the images that can be read, and says of the others why they are not in it.
      const target = { kind: 'fixed', ra: HERE[0], dec: HERE[1] } as const;
      const stack = await vignet.stack(stackRequest({ target, size: 11 }), caller);
      const words = Buffer.from(await stack.bytes()).toString('latin1');
      expect(words.match(/NEARLINE/g)?.length).toBe(2);
      expect(words.includes(idOf(0))).toBe(true);
      for await (const fault of checkArchive(archive, { files: true })) expect(fault).toBeUndefined();
    } finally {
      await vignet.close();
    }
    // Over HTTP it is neither a fault of the service nor unknown; each protocol says it in its form.
    const service = await realService({ VIGNET_ARCHIVE: archive, VIGNET_THREADS: 1 });
    try {
      const id = encodeURIComponent(idOf(0));
      for (const path of [
        `cutout/sync?ID=${id}`,
        ...['', '/header', '/layout', '/preview'].map((of) => `datasets/test/${uuid(0)}${of}`),
      ]) {
        const reply = await fetch(`${service.url}/api/${path}`);
        expect([path, reply.status]).toEqual([path, 409]);
        expect(await reply.text()).toMatch(
          /^UsageError: the dataset is nearline: its file is at s3:\/\/bucket, /,
        );
      }
    } finally {
      await service.close();
    }
    const info = await vignetProgram(['info', '--archive', archive, uuid(0)]);
    expect(info.stdout).toMatch(/^the dataset is nearline[\s\S]*state +nearline/);
    const check = await vignetProgram(['check', '--archive', archive]);
    expect(check.stdout).toContain('the archive is whole\n2 datasets nearline');
    expect(await ingestButler(archive, { repository, ...hosts }, labels)).toMatchObject({
      unchanged: 3,
      failed: 1,
    });
    // Transferred to a disk, it is online.
    putFile(repository, 'run/0.fits', near);
    await butler.registry.run(
      `UPDATE file_datastore_records SET path = 'run/0.fits' WHERE path LIKE 's3://bucket%'`,
    );
    await butler.registry.close();
    expect(await ingestButler(archive, { repository, ...hosts }, labels)).toMatchObject({
      replaced: 1,
      unchanged: 2,
    });
    const opened = await Vignet.open(archive, { engine: { threads: 1 } });
    expect((await opened.cutout(idOf(0), {}, caller))?.size).toBeGreaterThan(2880);
    await opened.close();
  });
});
