// Ingests a Butler repository with a configuration of ObsCore values and prints what the catalog has of each dataset, as JSON a line.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingestButler, OPERATOR, openArchive } from '../../dist/index.js';

const [repository, obscore] = process.argv.slice(2);
const archive = mkdtempSync(join(tmpdir(), 'vignet-obscore-'));
try {
  await ingestButler(
    archive,
    { repository, obscore, allowRoots: ['/'] },
    { collection: 'LSST.Test', repo: 'test' },
  );
  const opened = await openArchive(archive);
  for await (const rows of opened.as(OPERATOR).list())
    for (const row of rows) console.log(JSON.stringify({ ...row, ...JSON.parse(row.site_columns ?? '{}') }));
  await opened.close();
} finally {
  rmSync(archive, { recursive: true, force: true });
}
