// Records of a file datastore give the file that lsst.daf.butler would open, when it lies beneath a root that is allowed; every other
// path is refused in words, whatever links and names lead to it.
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ArtifactRecord, addressOf, pathOf } from '../../../src/ingest/butler/datastore.ts';
import { folder } from '../../support/archive.ts';

const record = (path: string, size?: number): ArtifactRecord => ({
  ...{ path, size, component: undefined, formatter: '', storageClass: '', checksum: undefined },
});

function places() {
  const all = realpathSync(folder());
  for (const name of ['store/run', 'elsewhere', 'store-2']) mkdirSync(join(all, name), { recursive: true });
  const [root, elsewhere] = [join(all, 'store'), join(all, 'elsewhere')];
  for (const path of [
    'store/run/a.fits',
    'store/run/a b.fits',
    'store/run/a%ZZ.fits',
    'store/..b.fits',
    'elsewhere/c.fits',
    'store-2/d.fits',
  ])
    writeFileSync(join(all, path), '12345');
  symlinkSync(join(elsewhere, 'c.fits'), join(root, 'out.fits'));
  symlinkSync(elsewhere, join(root, 'outside'));
  symlinkSync(join(root, 'run/a.fits'), join(root, 'inside.fits'));
  return { all, root, elsewhere, store: { root, isRemote: false, table: 't' } };
}

describe('the file of a dataset', () => {
  it('is its path below the root of the datastore, decoded where it is percent-encoded', async () => {
    const { root, store } = places();
    const at = async (path: string, size?: number) => (await pathOf(record(path, size), store, [])).path;
    expect(await at('run/a.fits')).toBe(join(root, 'run/a.fits'));
    expect(await at('run/a.fits', 5)).toBe(join(root, 'run/a.fits'));
    expect(await at('run/a b.fits')).toBe(join(root, 'run/a b.fits'));
    expect(await at('run/a%20b.fits')).toBe(join(root, 'run/a b.fits'));
    expect(await at('run/a%ZZ.fits')).toBe(join(root, 'run/a%ZZ.fits'));
    expect(await at('..b.fits')).toBe(join(root, '..b.fits'));
    expect(await at('run/../run/a.fits')).toBe(join(root, 'run/a.fits'));
    expect(await at('inside.fits')).toBe(join(root, 'run/a.fits'));
    expect(await at(pathToFileURL(join(root, 'run/a b.fits')).href)).toBe(join(root, 'run/a b.fits'));
  });

  it('may be elsewhere under an absolute path, where that is allowed', async () => {
    const { elsewhere, store } = places();
    const path = join(elsewhere, 'c.fits');
    for (const form of [path, pathToFileURL(path).href]) {
      expect((await pathOf(record(form), store, [elsewhere])).path).toBe(path);
      await expect(pathOf(record(form), store, [])).rejects.toMatchObject({ code: 'OUTSIDE_ROOT' });
    }
  });

  it.each([
    ['climbs out', '../elsewhere/c.fits'],
    ['climbs out after a folder', 'run/../../elsewhere/c.fits'],
    ['climbs out by percents', '%2E%2E/elsewhere/c.fits'],
    ['goes to a folder whose name begins alike', '../store-2/d.fits'],
    ['is a link that leads out', 'out.fits'],
    ['goes through a link that leads out', 'outside/c.fits'],
    ['is absolute', '/etc/passwd'],
    ['is absolute as a URI', 'file:///etc/passwd'],
    ['is a URI of a host', 'file://host/etc/passwd'],
    ['has a NUL', 'run/a.fits\0.txt'],
    ['has a NUL by percents', 'run/a.fits%00.txt'],
  ])('is refused when its path %s', async (_, path) => {
    const { store, elsewhere } = places();
    await expect(pathOf(record(path), store, [join(elsewhere, 'inner')])).rejects.toMatchObject({
      ...{ kind: 'data', code: 'OUTSIDE_ROOT' },
      message: expect.not.stringContaining('/'),
    });
  });

  it('has an address on another machine, of the hosts that are allowed', async () => {
    const { store } = places();
    const far = { root: 's3://bucket/repo', isRemote: true, table: 't' };
    const hosts = ['data.example.org', 'bucket'];
    const at = (path: string, where = store, size?: number) => addressOf(record(path, size), where, hosts);
    expect(at('https://Data.Example.org/a.fits', store, 5)).toEqual({
      path: 'https://Data.Example.org/a.fits',
      nearline: { where: 'https://data.example.org', bytes: 5 },
    });
    expect(at('run/a.fits', far)?.path).toBe('s3://bucket/repo/run/a.fits');
    expect(at('s3://BUCKET/x.fits')?.nearline.where).toBe('s3://bucket');
    expect(at('run/a.fits')).toBeUndefined();
    expect(at('file:///data/a.fits', far)).toBeUndefined();
    for (const path of ['s3://other/a.fits', 'https://data.example.org.evil/a.fits', 'https:///a', 's3://'])
      expect(() => at(path), path).toThrow('a host that --allow-host does not list');
    expect(() => at('s3://other/a.fits')).toThrow(expect.objectContaining({ code: 'REMOTE_FILE' }));
    // Nothing of this machine is opened for it.
    for (const path of ['run/a.fits', 's3://bucket/run/a.fits'])
      await expect(pathOf(record(path), far, [])).rejects.toMatchObject({ code: 'OUTSIDE_ROOT' });
  });

  it('may be a member of a zip file, whose name is unquoted as a Butler does', async () => {
    const { store } = places();
    const at = async (path: string, size?: number) => {
      const { path: file, member } = await pathOf(record(path, size), store, []);
      return [file.slice(store.root.length + 1), member?.name, member?.bytes];
    };
    expect(await at('run/a.fits#zip-path=x.fits', 99)).toEqual(['run/a.fits', 'x.fits', 99]);
    expect(await at('run/a.fits#zip-path=dir/../b%20c#1.fits')).toEqual([
      'run/a.fits',
      'dir/../b c#1.fits',
      undefined,
    ]);
    expect(await at('run/a.fits#zip-path%3Dd.fits')).toEqual(['run/a.fits', 'd.fits', undefined]);
    expect(await at('run/a.fits#other')).toEqual(['run/a.fits', undefined, undefined]);
    await expect(at('../elsewhere/c.fits#zip-path=x')).rejects.toMatchObject({ code: 'OUTSIDE_ROOT' });
    await expect(at('run/none.zip#zip-path=x')).rejects.toMatchObject({ code: 'FILE_GONE' });
  });

  it('is missed when it is gone, and refused when it has another size than recorded', async () => {
    const { store } = places();
    await expect(pathOf(record('run/z.fits'), store, [])).rejects.toMatchObject({ code: 'FILE_GONE' });
    await expect(pathOf(record('run/a.fits', 6), store, [])).rejects.toMatchObject({
      ...{ code: 'FILE_CHANGED', message: expect.stringContaining('expected a file of 6 bytes') },
    });
  });
});
