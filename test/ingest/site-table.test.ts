// Tables of the site: from CSV, Parquet and VOTable, with the types and units that these or `--columns` state. Oracle: the values written.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { ownRights } from '../../src/access/policy.ts';
import { ANONYMOUS, OPERATOR, type Principal } from '../../src/access/principal.ts';
import { openArchive } from '../../src/archive/archive.ts';
import { ALWAYS, equals } from '../../src/catalog/predicate.ts';
import { tableLines } from '../../src/cli/list-tables.ts';
import { ingestSiteTable } from '../../src/cli/site-table.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { folder, imageAt } from '../support/archive.ts';

async function read(archive: string, from: string, principal: Principal = OPERATOR) {
  const opened = await openArchive(archive, { policy: ownRights });
  try {
    const view = opened.as(principal);
    const table = (await view.siteTables()).find(({ name }) => name === from);
    const columns = table?.columns.map(({ name }) => name) ?? ['n'];
    const rows: object[] = [];
    for await (const batch of view.siteRows({ from, columns, where: ALWAYS })) rows.push(...batch);
    return { table, rows };
  } finally {
    await opened.close();
  }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

const columns = (list: object[], description = 'a log') =>
  file('columns.json', JSON.stringify({ description, columns: list }));
const LOG = [
  { name: 'mjd', type: 'double', unit: 'd', ucd: 'time.epoch', description: 'MJD, TAI' },
  { name: 'N', type: 'long' },
  { name: 'note', type: 'char' },
];

describe('a table of the site', () => {
  it('comes from CSV: types are stated, empty cells are null, quotes are those of RFC 4180', async () => {
    const archive = folder();
    const csv = file(
      'log.csv',
      'mjd,N,note\n60000.5,7,"a, ""b""\nc"\n,,\n1e-3,-9007199254740991, x \nNaN,0,\n',
    );
    const said = await ingestSiteTable(archive, [csv], columns(LOG), { name: 'efd_log' });
    expect(said).toBe('4 rows in table efd_log (generation 1)');
    expect(await read(archive, 'efd_log')).toEqual({
      table: {
        name: 'efd_log',
        description: 'a log',
        columns: [
          { name: 'mjd', type: 'double', unit: 'd', ucd: 'time.epoch', description: 'MJD, TAI' },
          { name: 'n', type: 'long', description: '' },
          { name: 'note', type: 'char', description: '' },
        ],
        ...{ dataRights: 'public', releaseDate: null, owner: null, group: null },
      },
      rows: [
        { mjd: 60_000.5, n: 7, note: 'a, "b"\nc' },
        { mjd: null, n: null, note: null },
        { mjd: 1e-3, n: -9_007_199_254_740_991, note: ' x ' },
        { mjd: null, n: 0, note: null },
      ],
    });
  });

  it('comes from Parquet with its own types', async () => {
    const archive = folder();
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'mjd', data: [60_000.25, null, -0.5], type: 'DOUBLE' },
        { name: 'n', data: [1, 2, null], type: 'INT32' },
        { name: 'note', data: ['é', null, ''], type: 'STRING' },
      ],
    });
    const described = columns([{ name: 'mjd', unit: 'd' }], 'from parquet');
    await ingestSiteTable(archive, [file('log.parquet', new Uint8Array(buffer))], described, { name: 'log' });
    const { table, rows } = await read(archive, 'log');
    expect(table?.columns.map(({ type, unit }) => [type, unit])).toEqual([
      ['double', 'd'],
      ['long', undefined],
      ['char', undefined],
    ]);
    expect(rows).toEqual([
      { mjd: 60_000.25, n: 1, note: 'é' },
      { mjd: null, n: 2, note: null },
      { mjd: -0.5, n: null, note: '' },
    ]);
  });

  it('comes from a VOTable with its units, UCDs and descriptions', async () => {
    const archive = folder();
    const votable = `<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
      <DESCRIPTION>of the whole</DESCRIPTION>
      <FIELD name="Speed" datatype="float" unit="m/s" ucd="phys.veloc"><DESCRIPTION>Wind &amp; gusts</DESCRIPTION></FIELD>
      <FIELD name="n" datatype="short"/><FIELD name="note" datatype="char" arraysize="*"/>
      <DATA><TABLEDATA><TR><TD>1.5</TD><TD>3</TD><TD>a&lt;b</TD></TR><TR><TD/><TD></TD><TD/></TR></TABLEDATA></DATA>
      </TABLE></RESOURCE></VOTABLE>`;
    await ingestSiteTable(archive, [file('wind.vot', votable)], undefined, { name: 'wind' });
    const { table, rows } = await read(archive, 'wind');
    expect(table?.columns).toEqual([
      { name: 'speed', type: 'double', unit: 'm/s', ucd: 'phys.veloc', description: 'Wind & gusts' },
      { name: 'n', type: 'long', description: '' },
      { name: 'note', type: 'char', description: '' },
    ]);
    expect(rows).toEqual([
      { speed: 1.5, n: 3, note: 'a<b' },
      { speed: null, n: null, note: null },
    ]);
  });

  it('stays when files are ingested, and is replaced under its name', async () => {
    const [archive, root] = [folder(), folder()];
    writeFileSync(join(root, 'a.fits'), imageAt(10, 0));
    await ingest(archive, [root], { collection: 'Test', repo: 'test' });
    const one = [{ name: 'n', type: 'long' }];
    await ingestSiteTable(archive, [file('a.csv', 'n\n1\n')], columns(one), { name: 'log' });
    writeFileSync(join(root, 'b.fits'), imageAt(11, 0));
    await ingest(archive, [root], { collection: 'Test', repo: 'test' });
    expect((await read(archive, 'log')).rows).toEqual([{ n: 1 }]);
    await ingestSiteTable(archive, [file('a.csv', 'n\n2\n3\n')], columns(one), { name: 'log' });
    expect((await read(archive, 'log')).rows).toEqual([{ n: 2 }, { n: 3 }]);
    const opened = await openArchive(archive);
    expect(await opened.as(OPERATOR).count(equals('obs_collection', 'Test'))).toBe(2);
    await opened.close();
  });

  it('is read by whoever may read it, and is unknown to others', async () => {
    const archive = folder();
    const options = { name: 'log', dataRights: 'proprietary', owner: 'anna', group: 'survey' };
    await ingestSiteTable(
      archive,
      [file('a.csv', 'n\n1\n')],
      columns([{ name: 'n', type: 'long' }]),
      options,
    );
    for (const principal of [OPERATOR, { name: 'anna' }, { name: 'bert', groups: ['survey'] }])
      expect((await read(archive, 'log', principal)).rows).toHaveLength(1);
    for (const principal of [ANONYMOUS, { name: 'bert' }]) {
      await expect(read(archive, 'log', principal)).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' });
      await expect(read(archive, 'none', principal)).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' });
    }
  });

  it('is listed with its columns, after the tables of the catalog', async () => {
    const archive = folder();
    await ingestSiteTable(archive, [file('a.csv', 'mjd,n,note\n')], columns(LOG), { name: 'efd_log' });
    const opened = await openArchive(archive);
    const text = await tableLines(opened.as(OPERATOR), false);
    expect(text).toMatch(/^visit +catalog +\d+ +Visits/m);
    expect(text).toMatch(/^efd_log +site +3 +a log/m);
    expect(text).toMatch(/^efd_log\.mjd +double +d +MJD, TAI/m);
    expect(text).not.toContain('site_table');
    const objects = (await tableLines(opened.as(OPERATOR), true)).split('\n').map((line) => JSON.parse(line));
    expect(objects.at(-1)).toMatchObject({ name: 'efd_log', origin: 'site', description: 'a log' });
    expect(objects[0].columns[0]).toMatchObject({ name: 'uuid', ucd: 'meta.id' });
    await opened.close();
  });

  it('is refused in words where its name, columns or values are wrong, and nothing of it stays', async () => {
    const archive = folder();
    const csv = (text: string) => file('t.csv', text);
    const n = [{ name: 'n', type: 'long' }];
    const cases: [string, string, object[], string, RegExp][] = [
      ['visit', 'n\n1\n', n, 'BAD_TABLE_NAME', /received 'visit'/],
      ['a; DROP TABLE dataset', 'n\n1\n', n, 'BAD_TABLE_NAME', /lower-case/],
      ['log', 'n\n1\n', [], 'BAD_SITE_TABLE', /type of column n/],
      ['log', 'n\n1\n', [...n, { name: 'm', type: 'long' }], 'BAD_SITE_TABLE', /column m of --columns/],
      ['log', 'n\n1\n', [{ name: 'n', type: 'date' }], 'BAD_SITE_TABLE', /received 'date'/],
      ['log', 'a b\n1\n', [{ name: 'a b', type: 'long' }], 'BAD_SITE_TABLE', /received 'a b'/],
      ['log', 'n\n1\n1.5\n', n, 'BAD_SITE_TABLE', /column n in row 2 .* received '1.5'/],
      ['log', 'n\n9007199254740993\n', n, 'BAD_SITE_TABLE', /row 1/],
    ];
    for (const [name, text, list, code, message] of cases)
      await expect(
        ingestSiteTable(archive, [csv(text)], columns(list), { name }),
        name + text,
      ).rejects.toMatchObject({
        kind: 'usage',
        code,
        message: expect.stringMatching(message),
      });
    await expect(
      ingestSiteTable(archive, ['/nowhere.csv'], undefined, { name: 'log' }),
    ).rejects.toMatchObject({
      code: 'BAD_SITE_TABLE',
    });
    await expect(read(archive, 'log')).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' });
  });
});
