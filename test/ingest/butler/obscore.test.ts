// ObsCore values by a configuration in the form of dax_obscore. Oracle of templates: Python's str.format (the system's Python) with the same
// values; of times: astropy. `npm run test:interop` compares whole records with dax_obscore itself.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../src/access/principal.ts';
import { openArchive } from '../../../src/archive/archive.ts';
import type { CatalogRow } from '../../../src/catalog/schema.ts';
import {
  obscoreConfigOf,
  readObscoreConfig,
  selectedCollections,
} from '../../../src/ingest/butler/obscore/config.ts';
import { fillTemplate, parseTemplate } from '../../../src/ingest/butler/obscore/template.ts';
import { ingestButler } from '../../../src/ingest/index.ts';
import { folder } from '../../support/archive.ts';
import { newButler, putFile, uuidOf } from '../../support/butler.ts';
import { plainImage } from '../../support/fits.ts';

const VALUES = { visit: 2_026_010_100_123, detector: 7, band: 'r', run: 'run/a', patch: -5, tract: 0 };
const VISIT = {
  name: 'MC_O_2026',
  exposure_time: 30,
  azimuth: 1e-7,
  zenith_angle: 0.1,
  seq_num: 12,
  target_name: null,
};
const RECORDS = { visit: { ...VISIT, timespan_begin: 1n, timespan_end: 1_767_225_637_123_456_789n } };

const filled = (text: string) =>
  fillTemplate(parseTemplate(text, 'test'), { values: VALUES, records: RECORDS });

/** What Python makes of templates; null: KeyError. */
function python(templates: readonly string[]): (string | null)[] {
  const script = `
import json, sys
class R:
    def __init__(self, d): self.__dict__.update(d)
given = json.load(sys.stdin)
names = dict(given['values'], records={'visit': R(given['visit'])})
out = []
for t in given['templates']:
    try: out.append(t.format(**names))
    except KeyError: out.append(None)
print(json.dumps(out))`;
  const floats = `{"name": "MC_O_2026", "exposure_time": 30.0, "azimuth": 1e-07, "zenith_angle": 0.1, "seq_num": 12}`;
  const input = `{"values": ${JSON.stringify(VALUES)}, "visit": ${floats}, "templates": ${JSON.stringify(templates)}}`;
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' }));
}

describe('a template', () => {
  it('is filled as Python does, with every format that is read', () => {
    const formats = [
      ...[
        '',
        ':',
        ':d',
        ':03d',
        ':+d',
        ': d',
        ':-d',
        ':<12',
        ':>12',
        ':^13',
        ':*^13d',
        ':=+8d',
        ':0>4',
        ':,',
      ],
      ...[':x', ':X', ':#x', ':#010x', ':o', ':#o', ':b', ':#b', ':+,', ':_>20'],
    ];
    const texts = ['', ':s', ':>5', ':<5s', ':^6', ':.0', ':.1s', ':-^7s', ':>05'];
    const templates = [
      ...formats.flatMap((spec) =>
        ['visit', 'detector', 'patch', 'tract'].map((name) => `<{${name}${spec}}>`),
      ),
      ...texts.flatMap((spec) => [`{band${spec}}|`, `{records[visit].name${spec}}|`]),
      ...[
        'plain',
        '',
        '{{}}',
        '{{{band}}}',
        'a{{b',
        '}}',
        '{run}-{band}-{visit}',
        '{missing}',
        '{records[tract].id}',
      ],
      ...['{records[visit].exposure_time}', '{records[visit].azimuth}', '{records[visit].zenith_angle}'],
      ...['{records[visit].seq_num:05}', '{band}{missing}'],
    ];
    expect(templates.map((one) => filled(one) ?? null)).toEqual(python(templates));
  });

  it('writes times as astropy does, and nothing for a side without a bound', () => {
    const script = `
from astropy.time import Time, TimeDelta
t = Time('1970-01-01', scale='tai') + TimeDelta(1767225637, 0.123456789, format='sec')
# As lsst.daf.butler.time_utils has it.
t.precision = 6
print(t.utc.isot, t.tai.iso, sep='|')`;
    const said = execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' }).trim();
    const text = '{records[visit].timespan.end.utc.isot}|{records[visit].timespan.end.tai.iso}';
    expect(filled(text)).toBe(said);
    const leap = { visit: { timespan: '[1483228836500000000,1483228838000000000)' } };
    const at = (side: string) =>
      fillTemplate(parseTemplate(`{records[visit].timespan.${side}.utc.isot}`, 't'), {
        values: {},
        records: leap,
      });
    expect([at('begin'), at('end')]).toEqual(['2016-12-31T23:59:60.500000', '2017-01-01T00:00:01.000000']);
    const open = { visit: { timespan_begin: 0, timespan_end: 4_102_444_800_000_000_000n } };
    for (const side of ['begin', 'end'])
      expect(
        fillTemplate(parseTemplate(`{records[visit].timespan.${side}.utc.isot}Z`, 't'), {
          values: {},
          records: open,
        }),
      ).toBeUndefined();
  });

  it('gives nothing where a value is null, and takes no names from the language', () => {
    for (const text of [
      '{records[visit].target_name}',
      '{records[visit].nothing}',
      '{__proto__}',
      '{constructor}',
    ])
      expect(filled(text)).toBeUndefined();
  });

  it.each([
    ...[
      '{',
      '}',
      '{}',
      '{0}',
      '{band!r}',
      '{visit:{detector}}',
      '{visit:e}',
      '{visit:%}',
      '{visit:9999d}',
      '{visit:012,d}',
      '{visit:,x}',
      '{band',
    ],
    ...[
      '{records}',
      '{records[visit]}',
      '{records.visit.name}',
      '{records[visit].region}',
      '{visit.real}',
      '{band[0]}',
    ],
    ...[
      '{records[visit].timespan.begin}',
      '{records[visit].timespan.begin.utc.jd}',
      '{records[visit].name.upper}',
    ],
  ])('%s is refused when the configuration is read', (text) => {
    expect(() => parseTemplate(text, 'obs_id_fmt')).toThrow(
      expect.objectContaining({ code: 'BAD_OBSCORE', message: expect.stringContaining('obs_id_fmt') }),
    );
  });

  it.each([
    '{band:d}',
    '{visit:s}',
    '{visit:.2}',
    '{records[visit].exposure_time:.1f}'.replace('.1f', '5'),
  ])('%s is refused for its value', (text) => {
    expect(() => filled(text)).toThrow(expect.objectContaining({ code: 'BAD_OBSCORE' }));
  });
});

const SMALL = {
  facility_name: 'Rubin:Simonyi',
  dataset_types: { calexp: { dataproduct_type: 'image', calib_level: 2 } },
};

describe('a configuration', () => {
  it.each<[string, unknown, string]>([
    ['no mapping', [], 'a mapping'],
    ['no facility', { dataset_types: SMALL.dataset_types }, "'facility_name'"],
    ['no types', { facility_name: 'x', dataset_types: {} }, "'dataset_types'"],
    ['an unknown key', { ...SMALL, colour: 1 }, "received 'colour'"],
    [
      'an unknown key of a type',
      { ...SMALL, dataset_types: { a: { dataproduct_type: 'image', level: 1 } } },
      "'level'",
    ],
    ['no level', { ...SMALL, dataset_types: { a: { dataproduct_type: 'image' } } }, '0 to 4'],
    ['conditions', { ...SMALL, where: { where: 'visit > 3' } }, "no 'where'"],
    ['a range that is none', { ...SMALL, spectral_ranges: { r: [3e-7] } }, 'spectral_ranges.r'],
    [
      'a range in nanometres backwards',
      { ...SMALL, spectral_ranges: { r: [9e-7, 3e-7] } },
      'spectral_ranges.r',
    ],
    ['a column that is not for it', { ...SMALL, extra_columns: { path: '/etc/passwd' } }, "'path'"],
    ['a column with an odd name', { ...SMALL, extra_columns: { 'a b': 1 } }, "'a b'"],
    ['an unknown type', { ...SMALL, extra_columns: { a: { template: '{band}', type: 'blob' } } }, "'blob'"],
    [
      'several collections',
      { ...SMALL, dataset_types: { a: { dataproduct_type: 'image', calib_level: 1, obs_collection: 'B' } } },
      '--obs-collection',
    ],
  ])('with %s is refused by name', (_, value, words) => {
    expect(() => obscoreConfigOf(value)).toThrow(
      expect.objectContaining({ code: 'BAD_OBSCORE', message: expect.stringContaining(words) }),
    );
  });

  it('that is no YAML, hostile or missing is refused', async () => {
    const place = folder();
    const texts = {
      'a.yaml': 'a: [',
      'b.yaml': `a: &a [x]\n${'b: [*a, *a]\n'.repeat(200)}`,
      'c.yaml': '!!js/function x',
    };
    for (const [name, text] of Object.entries({ ...texts, 'd.yaml': 'x'.repeat(2 ** 20 + 1) })) {
      writeFileSync(join(place, name), text);
      await expect(readObscoreConfig(join(place, name))).rejects.toMatchObject({ code: 'BAD_OBSCORE' });
    }
    await expect(readObscoreConfig(join(place, 'none'))).rejects.toMatchObject({ code: 'BAD_OBSCORE' });
  });

  it('of the live table has regular expressions for collections, which have to be named', () => {
    const config = obscoreConfigOf({ ...SMALL, collection_type: 'RUN', collections: ['a/raw', 'a/202.*'] });
    expect(() => selectedCollections(config)).toThrow(
      expect.objectContaining({
        code: 'BAD_OBSCORE',
        message: expect.stringContaining('regular expression'),
      }),
    );
  });

  it('says what of it has no effect', () => {
    const { notes } = obscoreConfigOf({
      ...{ ...SMALL, indices: { a: 'b' }, use_butler_uri: true, batch_size: 3, namespace: 'x', version: 1 },
      extra_columns: { a: { template: '{vist}' } },
    });
    expect(notes.map((one) => one.split(' ')[0])).toEqual(['indices', 'use_butler_uri', 'templates']);
  });
});

const YAML = `
facility_name: Rubin-LSST
facility_map: {Cam: "Rubin:Simonyi"}
obs_collection: LSST.DP1
collections: [run]
fallback_instrument: Cam
use_butler_uri: false
dataset_types:
  calexp:
    dataproduct_type: image
    dataproduct_subtype: lsst.own
    calib_level: 2
    obs_id_fmt: "{records[visit].name}-{detector:03d}"
    o_ucd: phot.flux.density
    access_format: "application/x-votable+xml;content=datalink"
    datalink_url_fmt: "https://example.org/links?ID={id}"
    s_xel: [40, 31]
    extra_columns:
      obs_title: {template: "{dataset_type} - {band} - {records[visit].name} {records[visit].timespan.begin.utc.isot}Z"}
      night: {template: "{day_obs}", type: int}
      shared: 2.5
  deep_coadd:
    dataproduct_type: image
    calib_level: 3
    obs_id_fmt: "{skymap}-{tract}-{patch}"
  not_there: {dataproduct_type: image, calib_level: 1}
extra_columns:
  lsst_visit: {template: "{visit}", type: int}
  lsst_detector: {template: "{detector}8", type: int}
  lsst_patch: {template: "{patch}", type: int}
  shared: 1
  flag: {template: "{detector}", type: bool}
  word: {template: "{run}", length: 2}
  number: {template: "{band}", type: float}
  none: {template: "{exposure}", type: int}
indices: {a: instrument_name}
spectral_ranges:
  r_57: [551.0e-9, 689.1e-9]
  r: [1.0e-9, 2.0e-9]
`;

describe('an ingest with a configuration', () => {
  const visits = [100, 101];

  async function repository(): Promise<{ repository: string; obscore: string }> {
    const place = folder();
    const butler = await newButler(place);
    await butler.collection('run', 'run');
    await butler.collection('other', 'run');
    await butler.type('calexp', 'ExposureF', 'instrument:text detector:int visit:int');
    await butler.type('deep_coadd', 'ExposureF', 'band:text skymap:text tract:int patch:int');
    await butler.type('raw', 'Exposure', 'instrument:text detector:int exposure:int');
    await butler.registry.insert('physical_filter', [
      { instrument: 'Cam', name: 'r_57', band: 'r' },
      { instrument: 'Cam', name: 'r_03', band: 'r' },
    ]);
    for (const [n, id] of visits.entries())
      await butler.registry.insert('visit', [
        {
          ...{ instrument: 'Cam', id, day_obs: 20_251_231, physical_filter: n === 0 ? 'r_57' : 'r_03' },
          ...{ name: `V${id}`, exposure_time: 30, target_name: 'M13', region: null },
          timespan: [1_767_225_637_000_000_000n, 1_767_225_667_000_000_000n],
        },
      ]);
    const put = async (n: number, type: string, run: string, dataId: Record<string, string | number>) => {
      putFile(place, `${n}.fits`, plainImage());
      await butler.dataset(type, run, uuidOf(n), dataId, `${n}.fits`);
    };
    for (const [n, visit] of visits.entries())
      await put(n, 'calexp', 'run', { instrument: 'Cam', detector: 7, visit });
    await put(3, 'deep_coadd', 'run', { band: 'y', skymap: 'rings', tract: 3, patch: 4 });
    await put(4, 'raw', 'run', { instrument: 'Cam', detector: 7, exposure: 100 });
    await put(5, 'deep_coadd', 'other', { band: 'g', skymap: 'rings', tract: 3, patch: 4 });
    await butler.registry.close();
    const obscore = join(place, 'obscore.yaml');
    writeFileSync(obscore, YAML);
    return { repository: place, obscore };
  }

  async function rowsOf(archive: string): Promise<CatalogRow[]> {
    const opened = await openArchive(archive);
    const rows: CatalogRow[] = [];
    for await (const batch of opened.as(ANONYMOUS).list()) rows.push(...(batch as unknown as CatalogRow[]));
    await opened.close();
    return rows.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  it('gives datasets its values; what it leaves out is as without it, and the image knows better', async () => {
    const [made, archive] = [await repository(), folder()];
    const report = await ingestButler(archive, made, { collection: 'LSST.DP1', repo: 'dp1' });
    // Neither a type nor a collection that it does not name.
    expect(report).toMatchObject({ ingested: 3, failed: 0 });
    const [first, second, coadd] = await rowsOf(archive);
    expect(first).toMatchObject({
      ...{ dataproduct_type: 'image', dataproduct_subtype: 'lsst.own', calib_level: 2, obs_id: 'V100-007' },
      ...{ o_ucd: 'phot.flux.density', facility_name: 'Rubin:Simonyi', instrument_name: 'Cam' },
      ...{ obs_title: 'calexp - r - V100 2026-01-01T00:00:00.000000Z', em_min: 551e-9, em_max: 689.1e-9 },
      ...{ s_xel1: 40, s_xel2: 30, lsst_visit: 100, lsst_detector: 7 },
    });
    expect(JSON.parse(first?.site_columns ?? '')).toEqual({ night: 20_251_231, shared: 2.5, flag: true });
    // By the filter before the band.
    expect(second).toMatchObject({ obs_id: 'V101-007', em_min: 1e-9, em_max: 2e-9 });
    expect(coadd).toMatchObject({
      obs_id: 'rings-3-4',
      instrument_name: 'Cam',
      em_min: null,
      calib_level: 3,
    });
    expect(JSON.parse(coadd?.site_columns ?? '')).toEqual({ shared: 1 });
    const notes = report.notes.map(({ path, note }) => `${path}: ${note}`.slice(0, 60));
    expect(notes.filter((one) => one.startsWith('ObsCore'))).toEqual([
      'ObsCore configuration: indices has no effect: the catalog ha',
      'ObsCore configuration: datalink_url_fmt has no effect: addre',
      'ObsCore configuration: dataset type not_there is not ingeste',
    ]);
    const own = report.notes
      .filter(({ path }) => path.endsWith('0.fits'))
      .map(({ note }) => note.split(':')[0]);
    expect(own.sort()).toEqual(['lsst_detector', 'number', 's_xel2', 'word']);
  });

  it('follows a configuration that changed, and refuses one whose types are not there', async () => {
    const [made, archive] = [await repository(), folder()];
    const labels = { collection: 'LSST.DP1', repo: 'dp1' };
    await ingestButler(archive, made, labels);
    expect(await ingestButler(archive, made, labels)).toMatchObject({ unchanged: 3, replaced: 0 });
    writeFileSync(made.obscore, YAML.replace('phot.flux.density', 'phot.count'));
    expect(await ingestButler(archive, made, labels)).toMatchObject({ unchanged: 1, replaced: 2 });
    expect((await rowsOf(archive))[0]?.o_ucd).toBe('phot.count');
    writeFileSync(
      made.obscore,
      JSON.stringify({ ...SMALL, dataset_types: { a: SMALL.dataset_types.calexp } }),
    );
    await expect(ingestButler(archive, made, labels)).rejects.toMatchObject({ code: 'UNKNOWN_TYPE' });
  });
});
