// What `npm pack` makes can be installed where nothing else is, and cuts pixels there: by the command and by the library.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Installed, installed, root } from './installed.ts';

let there: Installed;

beforeAll(async () => {
  there = await installed();
});
afterAll(() => there?.remove());

/** A coadd of the sample: its file, its ID, and a circle about its centre. */
function coadd(): { path: string; circle: string; id: string } {
  const listed = execFileSync(
    process.execPath,
    [join(root, 'bin/vignet.mjs'), 'ls', '--json', '--type', 'deep_coadd', '--archive', inject('sample')],
    { encoding: 'utf8' },
  );
  const first = JSON.parse(listed.split('\n')[0] ?? '') as Record<'id' | 'path' | 's_ra' | 's_dec', string>;
  return { path: first.path, id: first.id, circle: `${first.s_ra} ${first.s_dec} 0.005` };
}

describe('the package', () => {
  it('has no complaint from publint', () => {
    const said = execFileSync('npx', ['publint', there.tarball, '--strict'], { cwd: root, encoding: 'utf8' });
    expect(said).toContain('All good');
  });

  it('holds what is needed to build and run it, and nothing else', () => {
    const kinds = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY\.md|CMakeLists\.txt|binding\.gyp|bin\/vignet\.mjs)$/,
      /^dist\/(.*\.(js|d\.ts)|sbom\.cdx\.json)$/,
      /^native\/(core|binding)\/.*\.(cc|h|inc|md)$/,
      /^native\/(binding-)?sources\.txt$/,
      /^surveys\/[\w-]+\.json$/,
    ];
    expect(there.files.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    const lists = ['native/sources.txt', 'native/binding-sources.txt'].flatMap((list) =>
      readFileSync(join(root, list), 'utf8').split('\n').filter(Boolean),
    );
    const needed = ['LICENSE', 'README.md', 'CHANGELOG.md', 'CMakeLists.txt', 'dist/bin/main.js', ...lists];
    expect(needed.filter((path) => !there.files.includes(path))).toEqual([]);
  });

  it('compiles and downloads nothing when it is installed', () => {
    expect(existsSync(join(there.folder, 'node_modules/vignet/build'))).toBe(false);
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it('says how the addon is compiled, as long as it is not', async () => {
    await expect(there.run('npx', 'vignet', 'ls')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('run "npx vignet build"'),
    });
  });
});

describe('with its addon', () => {
  const { path, circle, id } = coadd();

  beforeAll(async () => {
    if (process.env.VIGNET_LONG) await there.run('npx', 'vignet', 'build');
    else there.takeAddon();
  }, 3_600_000);

  it('cuts a piece of a file by the command', async () => {
    await there.run('npx', 'vignet', 'cutout', path, '--circle', circle, '-o', 'piece.fits');
    expect(readFileSync(join(there.folder, 'piece.fits')).toString('latin1', 0, 30)).toMatch(/^SIMPLE {2}=/);
  });

  it('gives the same bytes by the library as this checkout', async () => {
    const program = `
      import { writeFileSync } from 'node:fs';
      import { ANONYMOUS as principal, parsePos, Vignet } from 'vignet';
      const vignet = await Vignet.open(${JSON.stringify(inject('sample'))});
      const stencil = parsePos('CIRCLE ${circle}');
      const cutout = await vignet.cutout(${JSON.stringify(id)}, { stencil }, { principal });
      writeFileSync('cutout.fits', await cutout.bytes());
      await vignet.close();`;
    writeFileSync(join(there.folder, 'cut.mjs'), program);
    await there.run(process.execPath, 'cut.mjs');
    const ours = join(there.folder, 'ours.fits');
    const args = ['cutout', id, '--archive', inject('sample'), '--circle', circle, '-o', ours];
    execFileSync(process.execPath, [join(root, 'bin/vignet.mjs'), ...args]);
    expect(readFileSync(join(there.folder, 'cutout.fits')).equals(readFileSync(ours))).toBe(true);
  });

  it('has types that a strict program compiles with', async () => {
    const program = `
      import { type CutoutRequest, parsePos, type VignetError } from 'vignet';
      export const request: CutoutRequest = { stencil: parsePos('CIRCLE 1 2 3') };
      // @ts-expect-error: the kinds are a closed list, so these types are not any
      export const kind: VignetError['kind'] = 'none';`;
    writeFileSync(join(there.folder, 'types.ts'), program);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await there.run(process.execPath, tsc, ...options, 'types.ts');
  });
});
