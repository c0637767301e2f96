// A Butler's configuration gives the same registry and datastores as lsst.daf.butler would take from it (expected values by its source,
// _config.py and _butler_config.py, version 30); what is hostile or unknown is refused in words.
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readButlerConfig } from '../../../src/ingest/butler/config.ts';
import { findRepository } from '../../../src/ingest/butler/repository.ts';
import { folder } from '../../support/archive.ts';

function written(text: string, others: Readonly<Record<string, string>> = {}): string {
  const path = realpathSync(folder());
  for (const [name, content] of Object.entries({ ...others, 'butler.yaml': text })) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const read = (path: string) => readButlerConfig(join(path, 'butler.yaml'));
const FILES = 'cls: lsst.daf.butler.datastores.fileDatastore.FileDatastore';

describe('the configuration of a Butler', () => {
  it('puts its folder in place of <butlerRoot>', async () => {
    const path = written(
      `datastore:\n  ${FILES}\n  root: <butlerRoot>\n  records: {table: other_records}\nregistry: {db: 'sqlite:///<butlerRoot>/gen3.sqlite3'}\n`,
    );
    expect(await read(path)).toEqual({
      registry: { kind: 'sqlite', path: `${path}/gen3.sqlite3` },
      datastores: [{ root: path, isRemote: false, table: 'other_records' }],
    });
  });

  it('has the defaults of the Butler where nothing is said, and another root where one is given', async () => {
    const path = written('root: /data/repo\n');
    expect(await read(path)).toEqual({
      registry: { kind: 'sqlite', path: '/data/repo/gen3.sqlite3' },
      datastores: [{ root: '/data/repo/datastore', isRemote: false, table: 'file_datastore_records' }],
    });
  });

  it('reads PostgreSQL with its schema, and chains of datastores in their order', async () => {
    const chain = `datastore:
  cls: lsst.daf.butler.datastores.chainedDatastore.ChainedDatastore
  datastores:
    - {cls: lsst.daf.butler.datastores.inMemoryDatastore.InMemoryDatastore}
    - {${FILES}, root: <butlerRoot>/a, records: {table: records_a}}
    - cls: lsst.daf.butler.datastores.chainedDatastore.ChainedDatastore
      datastores: [{${FILES}, root: 's3://bucket/b', records: {table: records_b}}]
registry: {db: 'postgresql+psycopg2://reader@db.example.org:5432/lsst', namespace: dp1}
`;
    const path = written(chain);
    expect(await read(path)).toEqual({
      registry: {
        kind: 'postgresql',
        url: 'postgresql://reader@db.example.org:5432/lsst',
        namespace: 'dp1',
      },
      datastores: [
        { root: `${path}/a`, isRemote: false, table: 'records_a' },
        { root: 's3://bucket/b', isRemote: true, table: 'records_b' },
      ],
    });
  });

  it('follows includes: what includes goes before what is included, later files before earlier ones', async () => {
    const path = written(
      'includeConfigs: [base.yaml, site/more.yaml]\nregistry: !include registry.yaml\ndatastore: {root: <butlerRoot>/own}\n',
      {
        'base.yaml': `datastore: {${FILES}, root: /base, records: {table: base_records}}\n`,
        'site/more.yaml': 'includeConfigs: inner.yaml\ndatastore: {records: {table: more_records}}\n',
        'site/inner.yaml': 'datastore: {records: {table: inner_records}}\n',
        'registry.yaml': 'db: sqlite:////data/other.sqlite3\n',
      },
    );
    expect(await read(path)).toEqual({
      registry: { kind: 'sqlite', path: '/data/other.sqlite3' },
      datastores: [{ root: `${path}/own`, isRemote: false, table: 'more_records' }],
    });
  });

  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    .concat('bcdefgh'.split('').map((name, n) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[n]}`)}]`))
    .join('\n');
  it.each([
    ['a bomb of aliases', laughs, 'expected YAML'],
    ['text that is no YAML', 'a: [1, 2', 'expected YAML'],
    ['a list', '[1, 2]', 'expected a mapping'],
    ['nesting without end', '['.repeat(200_000), 'expected YAML'],
    ['a file beyond all size', `a: ${'x'.repeat(2 ** 20)}`, 'expected a file of at most'],
    ['a file that includes itself', 'includeConfigs: butler.yaml', 'includes itself'],
    ['an include that does not exist', 'includeConfigs: other.yaml', "'other.yaml'"],
    ['an include of another machine', 'includeConfigs: https://example.org/a.yaml', 'included'],
    ['a variable in an include', 'includeConfigs: $HOME/a.yaml', 'without variables'],
    ['a Butler server', 'cls: lsst.daf.butler.remote_butler.RemoteButler', 'Butler server'],
    ['another database', 'registry: {db: "oracle://host/name"}', 'sqlite:// or postgresql://'],
    ['a relative SQLite file', 'registry: {db: "sqlite:///gen3.sqlite3"}', 'absolute path'],
    ['another datastore', 'datastore: {cls: my.own.Datastore}', 'FileDatastore or ChainedDatastore'],
    ['a number for a root', 'datastore: {root: 7}', "expected text for 'root'"],
  ])('refuses %s', async (_, text, words) => {
    await expect(read(written(text))).rejects.toMatchObject({
      code: 'BAD_BUTLER',
      message: expect.stringContaining(words),
    });
  });
});

describe('the word that names a repository', () => {
  const nobody = { HOME: '/nonexistent' };

  it('is a folder, its butler.yaml, or a label of an index, which goes first', async () => {
    const path = written('{}');
    const index = join(folder(), 'index.yaml');
    writeFileSync(index, `dp1: ${path}\nfar: s3://bucket/repo\nlocal: file://${path}/butler.yaml\n`);
    const file = join(path, 'butler.yaml');
    expect(await findRepository(path, nobody)).toEqual({ file, label: undefined });
    expect(await findRepository(file, nobody)).toEqual({ file, label: undefined });
    const indexed = { ...nobody, DAF_BUTLER_REPOSITORY_INDEX: index };
    expect(await findRepository('dp1', indexed)).toEqual({ file, label: 'dp1' });
    expect(await findRepository('local', indexed)).toEqual({ file, label: 'local' });
    expect(await findRepository('dp2', { ...nobody, DAF_BUTLER_REPOSITORIES: `dp2: ${path}` })).toEqual({
      file,
      label: 'dp2',
    });
    await expect(findRepository('far', indexed)).rejects.toMatchObject({ code: 'NO_BUTLER' });
    await expect(findRepository('dp3', indexed)).rejects.toThrow('labels dp1, far, local');
  });

  it('is looked for in ~/.lsst/data-repos.yaml where the environment names no index', async () => {
    const path = written('{}');
    const HOME = written('', { '.lsst/data-repos.yaml': `mine: ${path}\n` });
    expect(await findRepository('mine', { HOME })).toEqual({
      file: join(path, 'butler.yaml'),
      label: 'mine',
    });
  });

  it('must name something: a folder without butler.yaml is none', async () => {
    await expect(findRepository(folder(), nobody)).rejects.toMatchObject({
      kind: 'usage',
      code: 'NO_BUTLER',
    });
    const missing = { ...nobody, DAF_BUTLER_REPOSITORY_INDEX: '/nonexistent/index.yaml' };
    await expect(findRepository('dp1', missing)).rejects.toMatchObject({ code: 'BAD_BUTLER' });
  });
});
