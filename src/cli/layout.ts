/** `vignet layout`: what Vignet knows of a file or dataset without reading its pixels. */
import { randomUUID } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { openArchive } from '../archive/index.ts';
import { readLayoutHere } from '../archive/ingest-file.ts';
import { Scratch } from '../archive/scratch.ts';
import { sniff } from '../archive/walk.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../engine/errors.ts';
import { type LayoutInfo, native, type PlaneInfo } from '../engine/native.ts';
import { archiveOption } from './archive-option.ts';
import { printable, table } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly hdu?: string;
  readonly json?: boolean;
}

export function layoutCommand(): Command {
  return new Command('layout')
    .description('describe the planes, tiles, WCS and mask planes of a FITS file or a dataset')
    .argument('<file or ID>', 'a FITS file, or the ID of a dataset of the archive')
    .addOption(archiveOption())
    .option('--hdu <n>', 'of a file with several images, the one to describe (0-based; default: the first)')
    .option('--json', 'print it as JSON')
    .action(run);
}

async function run(what: string, flags: Flags): Promise<void> {
  const { layout, info } = /^(ivo|butler):\/\//i.test(what)
    ? await ofDataset(what, flags)
    : await ofFile(what, flags);
  if (flags.json) console.log(JSON.stringify({ bytes: layout.length, ...info }));
  else print(info, layout.length);
}

async function ofDataset(id: string, flags: Flags) {
  const archive = await openArchive(flags.archive);
  try {
    const { layout } = await archive.resolve(id);
    return { layout, info: callNative(() => native.describeLayout(layout)) };
  } finally {
    await archive.close();
  }
}

async function ofFile(what: string, flags: Flags) {
  const path = await realpath(what).catch(() => {
    throw new VignetError(
      'usage',
      'NO_SUCH_PATH',
      `'${what}' is neither a file that can be read nor a dataset ID`,
    );
  });
  const { size, mtimeNs, gzip } = await sniff(path);
  const record = { root: '', path, size, mtimeNs: String(mtimeNs), gzip };
  const scratch = join(tmpdir(), `vignet-${randomUUID()}`);
  try {
    const source = gzip
      ? await new Scratch(scratch).inflate(path, record)
      : { root: dirname(path), path: basename(path) };
    return await readLayoutHere([
      {
        source,
        hdu: chosenHdu(
          callNative(() => native.imageHdus(source)),
          flags.hdu,
        ),
      },
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function chosenHdu(hdus: readonly number[], wanted: string | undefined): number {
  const [first] = hdus;
  if (first === undefined)
    throw new VignetError('data', 'NO_IMAGE', 'The file has no HDU with a two-dimensional image');
  if (wanted === undefined) return first;
  if (hdus.includes(Number(wanted))) return Number(wanted);
  throw new VignetError(
    'usage',
    'BAD_HDU',
    `--hdu ${wanted} holds no image of its own; those that do: ${hdus.join(', ')}`,
  );
}

function print(info: LayoutInfo, bytes: number): void {
  const heading = ['plane', 'hdu', 'name', 'bitpix', 'size', 'codec', 'tile', 'dither', 'wcs', 'xy0'];
  console.log(table([heading, ...info.planes.map((plane) => planeCells(plane, info))]));
  for (const plane of info.planes) {
    if (!plane.maskPlanes) continue;
    const names = Object.entries(plane.maskPlanes).sort((a, b) => a[1] - b[1]);
    console.log(`mask bits: ${names.map(([name, bit]) => `${bit} ${printable(name)}`).join(', ')}`);
  }
  if (info.center && info.radius !== undefined) {
    const [ra, dec] = info.center;
    const scale = info.pixelScale === undefined ? '' : `, ${info.pixelScale.toFixed(4)}" a pixel`;
    console.log(
      `sky: centre ${ra.toFixed(6)} ${dec.toFixed(6)} ICRS, within ${info.radius.toFixed(6)} deg${scale}`,
    );
  } else {
    console.log('sky: no celestial WCS; there is no cutting by sky here');
  }
  if (info.wcsNote) console.log(`wcs: ${printable(info.wcsNote)}`);
  console.log(
    `file: ${info.hdus.length} HDUs, ${info.files.map(({ size }) => `${size} bytes`).join(' + ')}; layout ${bytes} bytes`,
  );
}

function planeCells(plane: PlaneInfo, info: LayoutInfo): string[] {
  return [
    plane.kind,
    String(plane.hdu),
    printable(info.hdus[plane.hdu]?.name || '-'),
    String(plane.bitpix),
    `${plane.width}x${plane.height}`,
    plane.codec,
    plane.tile ? plane.tile.join('x') : '-',
    plane.dither ?? '-',
    plane.hasWcs ? 'yes' : 'no',
    plane.xy0.join(','),
  ];
}
