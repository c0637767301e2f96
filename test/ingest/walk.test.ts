// Finding files: names, links, companions, roots.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deepestRoot, rootOf } from '../../src/bytes/roots.ts';
import { sniff } from '../../src/bytes/sniff.ts';
import { FolderFiles } from '../../src/ingest/files/companions.ts';
import { walk } from '../../src/ingest/files/walk.ts';
import { folder } from '../support/archive.ts';

function tree(...names: string[]): string {
  const root = folder();
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), 'SIMPLE  =');
  }
  return root;
}

async function found(start: string, root = start) {
  const files: string[] = [];
  const problems: string[] = [];
  for await (const one of walk(start, root)) {
    if ('problem' in one) problems.push(`${one.problem.error.code} ${relative(root, one.problem.path)}`);
    else {
      const companions = one.candidate.companions.map(
        ({ path, role }) => ` +${role} ${relative(root, path)}`,
      );
      files.push(relative(root, one.candidate.path) + companions.join(''));
    }
  }
  return { files, problems };
}

describe('a walk', () => {
  it('finds FITS by name, folders in order, and puts companions with their images', async () => {
    const root = tree(
      'b/x.fit',
      'a/c4d_1_ooi_g_v1.fits.fz',
      'a/c4d_1_ood_g_v1.fits.fz',
      'a/c4d_1_oow_g_v1.fits',
      'a/k4m_oki_zd.fits',
      'a/k4m_oow_zd.fits',
      'n.txt',
      'header.hdr',
      'deep-ccd1.fits',
      'deep-ccd1.wht.fits',
      'z.FITS.GZ',
      'y.fz',
      'lonely.wht.fits',
    );
    expect(await found(root)).toEqual({
      files: [
        'deep-ccd1.fits +weight deep-ccd1.wht.fits',
        'y.fz',
        'z.FITS.GZ',
        'a/c4d_1_ooi_g_v1.fits.fz +mask a/c4d_1_ood_g_v1.fits.fz +weight a/c4d_1_oow_g_v1.fits',
        'a/k4m_oki_zd.fits +weight a/k4m_oow_zd.fits',
        'b/x.fit',
      ],
      problems: ['NO_IMAGE_FOR_COMPANION lonely.wht.fits'],
    });
  });

  it('of a single file brings its companions, and of a companion its image', async () => {
    const root = tree('c4d_1_ooi_g.fits', 'c4d_1_oow_g.fits', 'plain.dat');
    const one = 'c4d_1_ooi_g.fits +weight c4d_1_oow_g.fits';
    expect((await found(join(root, 'c4d_1_ooi_g.fits'), root)).files).toEqual([one]);
    expect((await found(join(root, 'c4d_1_oow_g.fits'), root)).files).toEqual([one]);
    expect((await found(join(root, 'plain.dat'), root)).files).toEqual(['plain.dat']);
  });

  it('follows no link out of the root, and none to a folder', async () => {
    const outside = tree('secret.fits');
    const root = tree('in/a.fits');
    symlinkSync(join(outside, 'secret.fits'), join(root, 'out.fits'));
    symlinkSync(outside, join(root, 'outdir'));
    symlinkSync(root, join(root, 'in/loop'));
    symlinkSync('in/a.fits', join(root, 'good.fits'));
    symlinkSync('nowhere.fits', join(root, 'dangling.fits'));
    expect(await found(root)).toEqual({
      files: ['good.fits', 'in/a.fits'],
      problems: ['OUTSIDE_ROOT dangling.fits', 'OUTSIDE_ROOT out.fits'],
    });
  });

  it('takes any name that is UTF-8, and names the others', async () => {
    const names = [
      "it's.fits",
      'new\nline.fits',
      '"; DROP TABLE dataset;--.fits',
      '‮evil.fits',
      'ünï çødé ✨.fits',
      ' .fits',
      '$(x).fits',
    ];
    const root = tree(...names);
    writeFileSync(
      Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.fits')]),
      '',
    );
    const { files, problems } = await found(root);
    expect(files.sort()).toEqual([...names].sort());
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^BAD_NAME /);
  });

  it('ends in folders too deep', async () => {
    const root = folder();
    mkdirSync(join(root, ...Array(70).fill('d')), { recursive: true });
    expect((await found(root)).problems).toEqual([expect.stringMatching(/^TOO_DEEP/)]);
  });
});

describe('a look at the first bytes', () => {
  it.each([
    ['plain', 'SIMPLE  =                    T', false],
    ['gzip under any name', Buffer.from([0x1f, 0x8b, 8, 0]), true],
  ])('knows %s', async (_, content, gzip) => {
    const path = join(folder(), 'x.fits');
    writeFileSync(path, content);
    expect((await sniff(path)).gzip).toBe(gzip);
  });

  it('refuses the rest', async () => {
    const root = folder();
    const cases: [string, string | Buffer, string][] = [
      ['empty.fits', '', 'EMPTY'],
      ['text.fits', 'hello', 'NOT_FITS'],
      ['short.fits', 'SIMPLE', 'NOT_FITS'],
      ['table.fits', 'XTENSION= ', 'NOT_FITS'],
    ];
    for (const [name, content, code] of cases) {
      writeFileSync(join(root, name), content);
      await expect(sniff(join(root, name)), name).rejects.toMatchObject({ kind: 'data', code });
    }
    mkdirSync(join(root, 'dir.fits'));
    await expect(sniff(join(root, 'dir.fits'))).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    execFileSync('mkfifo', [join(root, 'pipe.fits')]);
    await expect(sniff(join(root, 'pipe.fits'))).rejects.toMatchObject({ code: 'NOT_A_FILE' });
    await expect(sniff(join(root, 'gone.fits'))).rejects.toMatchObject({ code: 'FILE_GONE' });
  });
});

describe('companions by name', () => {
  it('may be compressed otherwise', () => {
    const files = new FolderFiles(['a_ooi_b.fits', 'a_ood_b.fits.fz', 's.fits.fz', 's.weight.fits']);
    expect(files.companionsOf('a_ooi_b.fits')).toEqual([{ name: 'a_ood_b.fits.fz', role: 'mask' }]);
    expect(files.imageOf('a_ood_b.fits.fz')).toBe('a_ooi_b.fits');
    expect(files.companionsOf('s.fits.fz')).toEqual([{ name: 's.weight.fits', role: 'weight' }]);
    expect(files.imageOf('s.weight.fits')).toBe('s.fits.fz');
  });
});

describe('roots', () => {
  it('are the folder named, the folder of a file, or the one already known', async () => {
    const root = tree('a/x.fits', 'b/y.fits');
    const { root: first } = await rootOf(root, {});
    expect(first.folder).toBe(root);
    expect((await rootOf(join(root, 'a'), { [first.name]: root })).root).toEqual(first);
    expect((await rootOf(join(root, 'a/x.fits'), {})).root.folder).toBe(join(root, 'a'));
    expect((await rootOf(join(root, 'a'), {}, root)).root.folder).toBe(root);
    await expect(rootOf(root, {}, join(root, 'a'))).rejects.toMatchObject({
      kind: 'usage',
      code: 'BAD_ROOT',
    });
    await expect(rootOf(join(root, 'nope'), {})).rejects.toMatchObject({
      kind: 'usage',
      code: 'NO_SUCH_PATH',
    });
  });

  it('named alike are told apart, and the deepest holds a file', async () => {
    const root = tree('p/data/x.fits', 'q/data/y.fits');
    const one = (await rootOf(join(root, 'p/data'), {})).root;
    const two = (await rootOf(join(root, 'q/data'), { [one.name]: one.folder })).root;
    expect([one.name, two.name]).toEqual(['data', 'data-2']);
    const roots = { all: root, [one.name]: one.folder };
    expect(deepestRoot(join(root, 'p/data/x.fits'), roots)?.name).toBe('data');
    expect(deepestRoot(join(root, 'p/database/x.fits'), roots)?.name).toBe('all');
  });
});
