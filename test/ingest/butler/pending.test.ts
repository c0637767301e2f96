// Files of datasets that were catalogued without are read in the background and published. The oracle is the archive whose ingest has read
// them at once: rows, seek points and answers are the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { checkArchive } from '../../../src/archive/check.ts';
import type { ListedDataset } from '../../../src/archive/dataset-search.ts';
import { currentGeneration } from '../../../src/archive/generation.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { buildSeekHere, readingHere } from '../../../src/ingest/ingest-file.ts';
import { IngestLock } from '../../../src/ingest/lock.ts';
import { type PendingOptions, readPending } from '../../../src/ingest/pending.ts';
import { BackgroundReading } from '../../../src/products/background-reading.ts';
import { Vignet } from '../../../src/products/vignet.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { plainImage } from '../../support/fits.ts';
import { until } from '../../support/until.ts';
import { caller, HERE, idOf, labels, repositoryOf, rowsOf, uuid, visit } from './later-support.ts';

const reading: PendingOptions['reading'] = () => ({ ...readingHere, seekOf: buildSeekHere });
const options = { reading, signal: new AbortController().signal };

/** Rows without where the packs have them. */
async function plainRows(archive: string): Promise<unknown[]> {
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  const rows: ListedDataset[] = await rowsOf(vignet);
  await vignet.close();
  return rows.map(({ pack: _, pack_offset: __, pack_length: ___, ...row }) => row);
}

async function faultsOf(archive: string): Promise<unknown[]> {
  const faults: unknown[] = [];
  for await (const fault of checkArchive(archive, { files: true })) faults.push(fault);
  return faults;
}

it('what is read is the catalog of an ingest that has read all, seek points and rights included; a broken file is left', async () => {
  const repository = await repositoryOf();
  const [now, later] = [folder(), folder()];
  const rights = { dataRights: 'proprietary', owner: 'ann', group: 'g', releaseDate: '2030-01-01' };
  await ingestButler(now, { repository }, { ...labels, ...rights });
  await ingestButler(later, { repository }, { ...labels, ...rights, layouts: 'later' });
  const failures: string[] = [];
  const report = await readPending(later, {
    ...options,
    onFailure: (one, stamps, { code }) => failures.push(`${one} ${code} ${stamps !== ''}`),
  });
  expect(report).toEqual({ read: 8, failed: 1, generation: currentGeneration(later) });
  expect(failures).toEqual([`${uuid(8)} NOT_FITS true`]);
  const others = (await plainRows(later)).filter((row) => (row as ListedDataset).uuid !== uuid(8));
  expect(others).toEqual(await plainRows(now));
  expect(await faultsOf(later)).toEqual([]);
  const vignets = [await Vignet.open(now), await Vignet.open(later)];
  for (const n of [1, 2, 5, 6, 9]) {
    const [a, b] = await Promise.all(vignets.map((one) => one.datasets.describe(idOf(n), caller)));
    expect(b).toEqual(a);
  }
  for (const one of vignets) await one.close();
  // What failed is left out when it looks as it did, and looked at again when it does not.
  const again = await readPending(later, { ...options, leaveOut: (one) => one === uuid(8) });
  expect(again).toMatchObject({ read: 0, failed: 0 });
  // The registry says what it said: nothing is to be done.
  const third = await ingestButler(later, { repository }, { ...labels, ...rights, layouts: 'later' });
  expect(third).toMatchObject({ ingested: 0, replaced: 0, unchanged: 9 });
});

it('what only the registry says of a calibration stays', async () => {
  const repository = folder();
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.collection('calib', 'calibration');
  await butler.type('bias', 'ExposureF', 'instrument:text detector:int');
  putFile(repository, 'run/bias.fits', plainImage(40, 30, { BUNIT: 'adu' }));
  const dataId = { instrument: 'Cam', detector: 7 };
  await butler.dataset('bias', 'run', uuidOf(1), dataId, 'run/bias.fits');
  await butler.certify('bias', 'calib', 1, uuidOf(1), dataId, [0n, 1_767_225_637_000_000_000n]);
  await butler.registry.close();
  const archive = folder();
  await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
  const rows = async () => {
    const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
    const all: unknown[] = [];
    const query = { from: 'calibration_validity', columns: ['uuid', 'valid_from', 'valid_to'] } as const;
    for await (const batch of vignet.archive.as(ANONYMOUS).rows({ ...query, where: { op: 'true' } }))
      all.push(...batch);
    await vignet.close();
    return all;
  };
  const before = await rows();
  expect(before).toHaveLength(1);
  expect(await readPending(archive, options)).toMatchObject({ read: 1, failed: 0 });
  expect(await rows()).toEqual(before);
});

/** One image that can be read. */
async function single(): Promise<{ archive: string; repository: string }> {
  const [repository, archive] = [folder(), folder()];
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
  putFile(repository, 'run/1.fits', plainImage(40, 30, { CRVAL1: HERE[0], CRVAL2: HERE[1], BUNIT: 'nJy' }));
  await butler.dataset('calexp', 'run', uuidOf(1), await visit(butler, 1, HERE), 'run/1.fits');
  await butler.registry.close();
  await ingestButler(archive, { repository }, { ...labels, layouts: 'later' });
  return { archive, repository };
}

it('an ingest that runs is waited for, and what it replaced is not replaced again', async () => {
  const { archive, repository } = await single();
  const path = join(archive, 'ingest.lock');
  const held = await IngestLock.take(path);
  let met = 0;
  // The file was read, and the publication meets the lock.
  const pending = readPending(archive, {
    ...options,
    reading: () => ({
      ...readingHere,
      seekOf: async (...all) => {
        met += 1;
        return buildSeekHere(...all);
      },
    }),
  });
  await until(() => met === 1);
  await held.release();
  const report = await ingestButler(archive, { repository }, { ...labels, force: true });
  expect(report).toMatchObject({ replaced: 1, failed: 0 });
  // Whichever of the two was first, there is one dataset, which was read.
  expect((await pending).read).toBeLessThanOrEqual(1);
  expect(await plainRows(archive)).toMatchObject([{ uuid: uuid(1), planes: 'image' }]);
  expect(await faultsOf(archive)).toEqual([]);
});

it('a lock that is held for a publication is waited for, another is not', async () => {
  const path = join(folder(), 'ingest.lock');
  const brief = await IngestLock.take(path, { brief: true });
  const waiting = IngestLock.take(path);
  await brief.release();
  const own = await waiting;
  await expect(IngestLock.take(path)).rejects.toMatchObject({ code: 'INGEST_RUNNING' });
  await own.release();
});

it('one process of an archive reads', async () => {
  const { archive } = await single();
  const lock = await IngestLock.take(join(archive, 'reading.lock'));
  await expect(readPending(archive, options)).rejects.toMatchObject({ code: 'INGEST_RUNNING' });
  await lock.release();
  expect(await readPending(archive, options)).toMatchObject({ read: 1 });
});

const silent = { info: () => undefined, warn: () => undefined };

it('a service reads in the threads of its engine, at bulk priority, and ends when it is told to', async () => {
  const { archive } = await single();
  const vignet = await Vignet.open(archive, { engine: { threads: 1 } });
  const calls: string[] = [];
  vignet.engine.observe(({ kind, class: cls }) => calls.push(`${kind} ${cls}`));
  const before = currentGeneration(archive);
  const reads = BackgroundReading.start(archive, vignet.engine, silent);
  await until(() => currentGeneration(archive) > before);
  await reads.close();
  expect(calls).toEqual(expect.arrayContaining(['images bulk', 'layout bulk']));
  expect(new Set(calls.map((call) => call.split(' ')[1]))).toEqual(new Set(['bulk']));
  await vignet.close();
  expect(await plainRows(archive)).toMatchObject([{ planes: 'image' }]);
});

it('says what is wrong with files, and stops in the middle of nothing', async () => {
  const { archive, repository } = await single();
  writeFileSync(
    join(repository, 'run/1.fits'),
    readFileSync(join(repository, 'run/1.fits')).subarray(0, 100),
  );
  const engine = new Engine({ threads: 1 });
  const said: string[] = [];
  const log = { ...silent, warn: (what: object) => said.push(JSON.stringify(what)) };
  const reads = BackgroundReading.start(archive, engine, log);
  await until(() => said.length > 0);
  await reads.close();
  expect(said).toEqual([JSON.stringify({ uuid: uuid(1), code: 'FILE_CHANGED' })]);
  await engine.close();
});
