// Survey descriptions at the command line: what was recognised is shown, and can be replaced. Oracle of headers: astropy.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Oracle } from '../accuracy/oracle.ts';
import { plainImage } from '../support/fits.ts';
import { vignet } from './run.ts';

const cases = process.env.VIGNET_CASES ?? resolve(import.meta.dirname, '../../../shared/cases');
const scratch = mkdtempSync(join(tmpdir(), 'vignet-cli-surveys-'));
const oracle = new Oracle('survey_oracle.py');

afterAll(async () => {
  await oracle.close();
  rmSync(scratch, { recursive: true, force: true });
});

const written = (name: string, content: string | Buffer) => {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
};

describe.skipIf(!existsSync(cases))('files of surveys', () => {
  it('are described by info, and by its old name layout', async () => {
    const stack = join(cases, 'companions_ps1/rings.v3.skycell.2069.026.stk.r.unconv');
    const { stdout } = await vignet(['info', `${stack}.fits`]);
    expect(stdout).toMatch(/^survey: panstarrs \(its name is like /);
    expect(stdout).toMatch(/\nmask bits: 0 DETECTOR \(BAD\), .*5 SAT \(SATURATED\)/);
    // A companion brings its image.
    expect((await vignet(['layout', `${stack}.mask.fits`])).stdout).toBe(stdout);
    const jwst = await vignet(['info', join(cases, 'jwst_i2d.fits'), '--json']);
    expect(JSON.parse(jwst.stdout)).toMatchObject({
      survey: { name: 'jwst', hdus: [{ meaning: 'science' }, { meaning: 'sigma' }, { name: 'WHT' }, {}] },
      planes: [{ kind: 'image' }, { kind: 'sigma' }],
    });
    const unknown = await vignet(['info', join(cases, 'time_midnight_dateonly.fits')]);
    expect(unknown.stdout).toMatch(/time not known.*\nnote: DATE-OBS is a date without a time of day/);
  });

  // Oracle of the identity: the header as astropy reads it.
  it('of a weight are those of its image, which is said; plain takes the weight itself', async () => {
    const image = 'rings.v3.skycell.2069.026.stk.r.unconv.fits';
    const weight = image.replace('.fits', '.wt.fits');
    const path = (name: string) => join(cases, 'companions_ps1', name);
    const cut = async (name: string, ...words: string[]) => {
      const output = join(scratch, `${name}.fits`);
      const said = await vignet(['cutout', path(weight), '-o', output, ...words]);
      expect(said.code).toBe(0);
      const { VIGNETID } = (await oracle.ask('header', { file: output, keys: ['VIGNETID'] })) as {
        VIGNETID: string;
      };
      return { VIGNETID, stderr: said.stderr };
    };
    const sentence = `${weight} is the variance of ${image}, which is cut; --planes IMAGE,VARIANCE adds it; with --describe plain it is cut by itself\n`;
    for (const words of [[], ['--hdu', '0'], ['--planes', 'IMAGE,VARIANCE']])
      expect(await cut(`wt${words.length}${words[0]?.length ?? 0}`, ...words)).toEqual({
        VIGNETID: image,
        stderr: expect.stringContaining(sentence),
      });
    expect(await cut('plain', '--describe', 'plain')).toEqual({
      VIGNETID: weight,
      stderr: expect.not.stringContaining('is the variance'),
    });
    const mosaic = await vignet(['mosaic', path(weight), '--pixscale', '0.5', '-o', '-']);
    expect([mosaic.code, mosaic.stderr]).toEqual([0, expect.stringContaining('which is joined')]);
    const both = await vignet(['mosaic', path(weight), path(image), '--pixscale', '0.5', '-o', '-']);
    expect([both.code, both.stderr]).toEqual([0, expect.not.stringContaining('joined')]);
  });

  it('of several CCDs are cut where the region lies', async () => {
    const output = join(scratch, 'ccd4.fits');
    const camera = join(cases, 'camera_of_four_ccds.fits');
    const run = await vignet(['cutout', camera, '--circle', '150.0036 2.003 0.0003', '-o', output]);
    expect(run.code).toBe(0);
    const cards = { file: output, keys: ['CRVAL1', 'CRVAL2'] };
    expect(await oracle.ask('header', cards)).toEqual({ CRVAL1: 150.0036, CRVAL2: 2.003 });
  });
});

describe.skipIf(!existsSync(cases))('a search by time', () => {
  it('says how many images there have no known time', async () => {
    const archive = ['--archive', join(scratch, 'untimed')];
    await vignet(['ingest', ...archive, join(cases, 'time_midnight_dateonly.fits')]);
    const sentence = /1 image there has no known time and was left out/;
    const at = ['--ra', '150', '--dec', '2', '--size', '9', '--time', '53562 53563'];
    const stack = await vignet(['stack', ...archive, ...at]);
    expect([stack.code, stack.stderr]).toEqual([2, expect.stringMatching(sentence)]);
    const region = ['--circle', '150 2 0.0005', '--type', 'image', '--time', '53562 53563'];
    const mosaic = await vignet(['mosaic', ...archive, ...region]);
    expect([mosaic.code, mosaic.stderr]).toEqual([2, expect.stringMatching(sentence)]);
  });
});

describe('--describe', () => {
  const file = written('odd.fits', plainImage(40, 30, { OPENED: '2020-01-02T03:04:05', SECONDS: 7 }));

  it('gives a description of one’s own', async () => {
    const mine = {
      ...{ name: 'mine', title: 'Mine', source: 'https://example.org' },
      times: [{ of: 'start', card: 'OPENED', form: 'date', scale: 'TAI' }],
      exposure: [{ card: 'SECONDS' }],
    };
    const path = written('mine.json', JSON.stringify(mine));
    const { stdout } = await vignet(['info', file, '--describe', path]);
    // astropy: Time('2020-01-02T03:04:05', scale='tai').mjd + 3.5 / 86400 = 58850.127876
    expect(stdout).toMatch(/^survey: mine \(it was asked for\)/);
    expect(stdout).toMatch(/middle MJD 58850.127876 TAI, 7 s/);
  });

  it('refuses what is no description, and says where', async () => {
    const planes = [{ is: 'picture', name: 'X' }];
    const bad = written('bad.json', JSON.stringify({ name: 'x', title: 'x', source: 'x', planes }));
    const { code, stderr } = await vignet(['info', file, '--describe', bad]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/planes\/0.*\[BAD_SURVEY\]/s)]);
    const none = await vignet(['ingest', '--archive', join(scratch, 'a'), file, '--describe', 'nosuch']);
    expect(none.stderr).toMatch(/expected a JSON file or one of .*ztf.*received 'nosuch'/);
  });

  it('plain takes for an image what is none by its name', async () => {
    const mask = written('lonely.mask.fits', plainImage());
    const archive = ['--archive', join(scratch, 'plain')];
    const refused = await vignet(['ingest', ...archive, mask]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/NO_IMAGE_FOR_COMPANION/)]);
    const taken = await vignet(['ingest', ...archive, mask, '--describe', 'plain']);
    expect([taken.code, taken.stdout]).toEqual([0, expect.stringMatching(/^1 dataset ingested, 0/)]);
  });
});
