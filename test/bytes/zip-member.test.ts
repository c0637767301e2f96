// Members of zip files that are read where they are. The oracle is Python's zipfile: it writes the files (plain, with zip64, streamed) and says
// what each member holds. Hostile ones are these with bytes changed; none of them may give other bytes than zipfile reads.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberPlace, readDirectory } from '../../src/bytes/zip-member.ts';
import { folder } from '../support/archive.ts';

/** Writes zip files into a folder; says of each member its SHA-256. */
const WRITER = `
import hashlib, io, json, os, struct, sys, zipfile
folder = sys.argv[1]
contents = {name: os.urandom(size) for name, size in [('a.fits', 2880), ('dir/b.fits', 5761), ('ingést #1%.fits', 1), ('empty', 0)]}
said = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
def write(name, **more):
    with zipfile.ZipFile(os.path.join(folder, name), 'w', **more) as file:
        file.writestr('_butler_zip_index.json', '{}' * 500, compress_type=zipfile.ZIP_DEFLATED)
        for member, data in contents.items(): file.writestr(member, data)
        file.comment = b'a comment'
write('plain.zip')
with zipfile.ZipFile(os.path.join(folder, 'large.zip'), 'w') as file:
    for member, data in contents.items():
        with file.open(member, 'w', force_zip64=True) as out: out.write(data)
class Stream(io.RawIOBase):
    def __init__(self, file): self.file = file
    def writable(self): return True
    def write(self, data): return self.file.write(data)
with open(os.path.join(folder, 'streamed.zip'), 'wb') as raw:
    with zipfile.ZipFile(Stream(raw), 'w') as file:
        for member, data in contents.items(): file.writestr(member, data)
if sys.argv[2] == 'true':
  # zip64 records at the end, for more than 65,535 members.
  with zipfile.ZipFile(os.path.join(folder, 'many.zip'), 'w') as file:
    for n in range(65_600): file.writestr(f'm{n}', '')
    for member, data in contents.items(): file.writestr(member, data)
print(json.dumps(said))
`;

function written(more = false): { root: string; sums: Record<string, string> } {
  const root = folder();
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', WRITER, root, String(more)], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return { root, sums: JSON.parse(stdout) as Record<string, string> };
}

async function bytesOf(path: string, name: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { offset, length } = await memberPlace(file, await readDirectory(file, size), name);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer;
  } finally {
    await file.close();
  }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

it('are those that zipfile wrote, also with zip64, streamed, and in names beyond ASCII', async () => {
  const { root, sums } = written(true);
  for (const zip of ['plain.zip', 'large.zip', 'streamed.zip', 'many.zip'])
    for (const [name, sum] of Object.entries(sums))
      expect([zip, name, sha256(await bytesOf(join(root, zip), name))]).toEqual([zip, name, sum]);
});

/** Where bytes are that tests change. */
function places(zip: Buffer, name: string) {
  const local = zip.indexOf(Buffer.concat([Buffer.from(name), Buffer.alloc(0)])) - 30;
  const central = zip.indexOf(Buffer.from(name), zip.indexOf('PK\x01\x02')) - 46;
  const end = zip.lastIndexOf('PK\x05\x06');
  return { local, central, end };
}

it.each<[string, (zip: Buffer) => Buffer | undefined, RegExp]>([
  ['is compressed', () => undefined, /compressed \(method 8\)/],
  ['is encrypted', (zip) => changed(zip, ({ central }) => [[central + 8, 1]]), /encrypted/],
  ['says two sizes', (zip) => changed(zip, ({ central }) => [[central + 20, 1]]), /two sizes/],
  [
    'is larger than what is there',
    (zip) =>
      changed(zip, ({ central }) => [
        [central + 22, 9],
        [central + 26, 9],
      ]),
    /differs from the directory|beyond the members/,
  ],
  [
    'lies in another',
    (zip) => changed(zip, ({ central, local }) => [[central + 42, (local + 1) & 255]]),
    /differs from the directory|beyond the members/,
  ],
  [
    'lies beyond the file',
    (zip) => changed(zip, ({ central }) => [[central + 45, 0x7f]]),
    /beyond the members/,
  ],
  ['has another name at its place', (zip) => changed(zip, ({ local }) => [[local + 30, 0x7a]]), /differs/],
  ['has a directory elsewhere', (zip) => changed(zip, ({ end }) => [[end + 16, 1]]), /right before its end/],
  [
    'has a directory of another length',
    (zip) => changed(zip, ({ end }) => [[end + 10, 200]]),
    /another number of members/,
  ],
  ['is one of several parts', (zip) => changed(zip, ({ end }) => [[end + 4, 1]]), /several parts/],
  ['has bytes before it', (zip) => Buffer.concat([Buffer.alloc(7), zip]), /right before its end/],
  ['is cut short', (zip) => zip.subarray(0, zip.length - 40), /without the record at its end/],
  ['is no zip file', () => Buffer.from('SIMPLE  =                    T'), /without the record at its end/],
  ['is empty', () => Buffer.alloc(0), /without the record at its end/],
])('is refused in words where it %s', async (_, change, words) => {
  const { root } = written();
  const path = join(root, 'plain.zip');
  const zip = change(await readFile(path));
  if (zip) await writeFile(path, zip);
  const name = zip ? 'a.fits' : '_butler_zip_index.json';
  await expect(bytesOf(path, name)).rejects.toMatchObject({
    ...{ kind: 'data', code: 'BAD_ZIP' },
    message: expect.stringMatching(words),
  });
});

function changed(
  zip: Buffer,
  where: (of: ReturnType<typeof places>) => readonly (readonly [number, number])[],
): Buffer {
  for (const [at, value] of where(places(zip, 'a.fits'))) zip[at] = value;
  return zip;
}

it('is refused where members overlap, or two have one name or place', async () => {
  const { root } = written();
  const path = join(root, 'plain.zip');
  const zip = await readFile(path);
  // The second is said to lie inside the first: its name there is what matters to the first.
  const inner = zip.indexOf('dir/b.fits', zip.indexOf('PK\x01\x02')) - 46;
  const { local } = places(zip, 'a.fits');
  for (const [shift, words] of [
    [100, /overlap/],
    [0, /overlap/],
  ] as const) {
    const hostile = Buffer.from(zip);
    hostile.writeUInt32LE(local + shift, inner + 42);
    await writeFile(path, hostile);
    await expect(bytesOf(path, 'a.fits')).rejects.toMatchObject({ message: expect.stringMatching(words) });
  }
  const script = `
import sys, zipfile, warnings
warnings.simplefilter('ignore')
with zipfile.ZipFile(sys.argv[1], 'w') as file:
    file.writestr('a.fits', b'1' * 10)
    file.writestr('a.fits', b'2' * 10)`;
  spawnSync('/usr/bin/python3', ['-c', script, path]);
  await expect(bytesOf(path, 'a.fits')).rejects.toMatchObject({
    message: expect.stringMatching(/more than one/),
  });
  await expect(bytesOf(path, 'b.fits')).rejects.toMatchObject({
    message: expect.stringMatching(/no member/),
  });
});

it('never gives bytes that are not the member’s, whatever one byte of its headers is', async () => {
  const { root, sums } = written();
  const whole = await readFile(join(root, 'plain.zip'));
  const { local, central } = places(whole, 'a.fits');
  const path = join(root, 'hostile.zip');
  const headers = [
    ...Array.from({ length: 36 }, (_, n) => local + n),
    ...Array.from({ length: whole.length - central }, (_, n) => central + n),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...headers), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const zip = Buffer.from(whole);
      zip[at] = (zip[at] ?? 0) ^ flip;
      await writeFile(path, zip);
      const bytes = await bytesOf(path, 'a.fits').catch((error: { code?: string }) => {
        expect(error.code).toBe('BAD_ZIP');
        return undefined;
      });
      if (bytes) expect(sha256(bytes)).toBe(sums['a.fits']);
    }),
    { numRuns: 400 },
  );
});
