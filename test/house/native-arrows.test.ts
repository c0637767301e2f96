// The rooms of C++: includes run one way, each room says in its README what it may include, both builds compile every file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));
}

/** What each room of native/core may include, lowest rooms first: a room names only rooms above it in this list. */
const rooms: Record<string, readonly string[]> = {
  base: [],
  bytes: ['base'],
  codec: ['base'],
  wcs: ['base'],
  sphere: ['base'],
  simulate: ['base'],
  time: ['base'],
  index: ['base', 'sphere'],
  fits: ['base', 'bytes', 'wcs'],
  resample: ['base', 'wcs', 'sphere'],
  header: ['base', 'fits'],
  seek: ['base', 'codec', 'fits'],
  exposure: ['base', 'bytes', 'codec', 'fits'],
  sky: ['base', 'wcs', 'sphere', 'fits'],
  pixels: ['base', 'bytes', 'codec', 'fits', 'seek'],
  render: ['base', 'bytes', 'fits', 'pixels'],
  cutout: ['base', 'bytes', 'fits', 'header', 'pixels'],
  stack: ['base', 'bytes', 'wcs', 'sphere', 'fits', 'resample', 'exposure', 'pixels'],
  mosaic: ['base', 'bytes', 'wcs', 'sphere', 'fits', 'resample', 'header', 'seek', 'sky', 'pixels'],
};

/** Paths of a file's own includes, those by a macro (VIGNET_LOOPS) among them. */
const includesOf = (file: string) =>
  [...read(file).matchAll(/^\s*#\s*(?:include|define\s+VIGNET_LOOPS)\s+"([^"]+)"/gm)].map(
    (found) => found[1] ?? '',
  );

describe('native/core', () => {
  for (const [room, allowed] of Object.entries(rooms)) {
    it(`${room} includes ${allowed.length ? allowed.join(', ') : 'no other room'}`, () => {
      for (const file of filesBelow(`native/core/${room}`, /\.(h|cc|inc)$/)) {
        for (const target of includesOf(file)) {
          const [top, other = ''] = target.split('/');
          expect(top, `${file} includes ${target}`).toBe('core');
          expect(other === room || allowed.includes(other), `${file} includes ${target}`).toBe(true);
        }
        expect(read(file), `${file} knows of Node`).not.toMatch(/napi\.h|node_api/);
      }
    });

    it(`${room} uses each arrow, and its README names the same ones`, () => {
      const used = new Set(
        filesBelow(`native/core/${room}`, /\.(h|cc|inc)$/)
          .flatMap(includesOf)
          .map((target) => target.split('/')[1] ?? ''),
      );
      // `base` may be included anywhere, needed or not.
      if (room !== 'base') used.add('base');
      used.delete(room);
      expect([...used].sort()).toEqual([...allowed].sort());
      const line = /^May include: (.*)\.$/m.exec(read(`native/core/${room}/README.md`));
      expect(line?.[1]).toBe(
        allowed.length ? allowed.map((name) => `\`${name}\``).join(', ') : 'no other room',
      );
    });
  }

  it('has no circle: each room includes only rooms that stand before it', () => {
    const names = Object.keys(rooms);
    for (const [room, allowed] of Object.entries(rooms)) {
      for (const other of allowed)
        expect(names.indexOf(other), `${room} → ${other}`).toBeLessThan(names.indexOf(room));
      for (const other of allowed) expect(names).toContain(other);
    }
  });

  it('has no room and no kind of file that is not listed here', () => {
    const entries = readdirSync(join(root, 'native/core'), { withFileTypes: true });
    const found = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    expect(found.sort()).toEqual(Object.keys(rooms).sort());
    expect(entries.filter((entry) => entry.isFile()).map((entry) => entry.name)).toEqual(['README.md']);
    expect(
      filesBelow('native/core', /\.[^.]+$/).filter((file) => !/(\.(h|cc|inc)|\/README\.md)$/.test(file)),
    ).toEqual([]);
  });

  it('is introduced by a README that names every room', () => {
    const text = read('native/core/README.md');
    for (const room of Object.keys(rooms)) expect(text).toContain(`[\`${room}\`](${room}/README.md)`);
  });
});

describe('native/binding', () => {
  it('includes the core and itself', () => {
    for (const file of filesBelow('native/binding', /\.(h|cc)$/)) {
      for (const target of includesOf(file)) expect(target, file).toMatch(/^(core|binding)\//);
    }
    expect(read('native/binding/README.md')).toMatch(/^May include: every room of `native\/core`\.$/m);
  });
});

describe('the two builds', () => {
  const lines = (file: string) => read(file).split('\n').filter(Boolean).sort();

  it('list every source file, once', () => {
    expect(lines('native/sources.txt')).toEqual(filesBelow('native/core', /\.cc$/).sort());
    expect(lines('native/binding-sources.txt')).toEqual(filesBelow('native/binding', /\.cc$/).sort());
  });

  it('read the same lists', () => {
    for (const file of ['CMakeLists.txt', 'binding.gyp']) {
      const text = read(file);
      expect(text).toContain('native/sources.txt');
      expect(text).toContain('native/binding-sources.txt');
      expect(text.match(/native\/[\w/]+\.cc/g), `${file} names sources of its own`).toBeNull();
    }
  });
});
