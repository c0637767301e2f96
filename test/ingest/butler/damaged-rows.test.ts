// What is wrong with one row of a registry is the failure of its dataset, in words, and the others are read. The rows are made here, so
// that which of them are wrong is known.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ButlerCandidates } from '../../../src/ingest/butler/source.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { makeEndless } from '../../support/endless-table.ts';
import { plainImage } from '../../support/fits.ts';

const DETECTOR = { instrument: 'Cam', detector: 7 };
const BEYOND = 9_007_199_254_740_993n;

async function repositoryWith(types: Readonly<Record<string, string>>) {
  const repository = folder();
  const butler = await newButler(repository);
  await butler.collection('run', 'run');
  for (const [name, dimensions] of Object.entries(types)) await butler.type(name, 'ExposureF', dimensions);
  for (let n = 0; n < 10; n++) putFile(repository, `run/${n}.fits`, plainImage(8, 8));
  return { repository, butler };
}

/** What failed, by the number of its UUID or its path. */
async function ingested(repository: string) {
  const report = await ingestButler(folder(), { repository }, { collection: 'Test', repo: 'test' });
  const failures = report.failures.map(({ path, code, reason }) => {
    const n = Array.from({ length: 10 }, (_, k) => k).find((k) =>
      path.replaceAll('-', '').includes(uuidOf(k)),
    );
    return `${n} ${code} ${reason}`;
  });
  return { count: report.ingested, failures: failures.sort() };
}

describe('a row that is wrong', () => {
  it('has a value of its data ID missing, of another type or beyond what is exact', async () => {
    const { repository, butler } = await repositoryWith({
      calexp: 'instrument:text detector:int visit:int',
      odd: 'instrument:text detector:int visit:text',
    });
    const { registry } = butler;
    await registry.insert('visit', [
      { instrument: 'Cam', id: 100, name: 'V100' },
      { instrument: 'Cam', id: BEYOND, name: 'beyond' },
    ]);
    for (const n of [1, 2, 3, 4, 5])
      await butler.dataset('calexp', 'run', uuidOf(n), { ...DETECTOR, visit: 100 + n }, `run/${n}.fits`);
    await butler.dataset('odd', 'run', uuidOf(6), { ...DETECTOR, visit: String(BEYOND) }, 'run/6.fits');
    const set = (n: number, change: string) =>
      registry.run(`UPDATE dataset_tags_00000001 SET ${change} WHERE dataset_id = '${uuidOf(n)}'`);
    await set(2, 'detector = NULL');
    await set(3, `visit = ${BEYOND}`);
    await set(4, "visit = 'twelve'");
    await registry.close();
    const { count, failures } = await ingested(repository);
    expect(count).toBe(2);
    expect(failures).toEqual([
      expect.stringMatching(/^2 BAD_BUTLER_DATABASE expected a whole number for detector .* no value/),
      expect.stringMatching(/^3 BAD_BUTLER_DATABASE expected a whole number for visit .* 9007199254740993;/),
      expect.stringMatching(/^4 BAD_BUTLER_DATABASE expected a whole number for visit .* the text 'twelve'/),
      expect.stringMatching(/^6 BAD_BUTLER_DATABASE expected a whole number for visit .* '9007199254740993'/),
    ]);
  });

  it('has no path for its file', async () => {
    const { repository, butler } = await repositoryWith({ calexp: 'instrument:text detector:int visit:int' });
    for (const [n, path] of [null, '', 'run/2.fits', 'x'.repeat(5000)].entries())
      await butler.dataset('calexp', 'run', uuidOf(n), { ...DETECTOR, visit: n }, [{ path }]);
    await butler.registry.close();
    const { count, failures } = await ingested(repository);
    expect(count).toBe(1);
    expect(failures).toEqual(
      [0, 1, 3].map((n) => expect.stringMatching(`^${n} NO_ARTIFACT expected a path`)),
    );
  });

  it('is met once, in whichever page it is', async () => {
    const { repository, butler } = await repositoryWith({ calexp: 'instrument:text detector:int visit:int' });
    const all = Array.from({ length: 1700 }, (_, n) => ({
      uuid: uuidOf(n),
      dataId: { ...DETECTOR, visit: n },
    }));
    await butler.datasets('calexp', 'run', all);
    await butler.registry.run('UPDATE dataset_tags_00000001 SET detector = NULL WHERE visit % 3 = 0');
    await butler.registry.run(
      `UPDATE dataset_tags_00000001 SET visit = ${BEYOND} + visit WHERE visit >= 400`,
    );
    await butler.registry.close();
    const source = await ButlerCandidates.open({ repository });
    try {
      const met: string[] = [];
      for await (const page of source.datasets()) met.push(...page.map(({ id }) => id));
      expect(met.sort()).toEqual(all.map(({ uuid }) => uuid).sort());
    } finally {
      await source.close();
    }
  });

  it('leads nowhere: the ingest can be stopped while it is read, and says what was done', async () => {
    const { repository, butler } = await repositoryWith({ calexp: 'instrument:text detector:int visit:int' });
    await butler.dataset('calexp', 'run', uuidOf(1), { ...DETECTOR, visit: 1 }, 'run/1.fits');
    // Joined with no row, so that all are read.
    await butler.registry.run(`UPDATE dataset SET id = '${uuidOf(2)}'`);
    await butler.registry.close();
    makeEndless(join(repository, 'gen3.sqlite3'), 'dataset');
    const signal = AbortSignal.timeout(3000);
    const options = { collection: 'Test', repo: 'test', signal };
    const report = await ingestButler(folder(), { repository }, options);
    expect(signal.aborted).toBe(true);
    expect(report).toMatchObject({ ingested: 0, failed: 0 });
  });
});
