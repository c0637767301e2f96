/** `vignet layout`: describes a file or dataset without reading its pixels. */
import { Command } from 'commander';
import { native } from '../addon/addon.ts';
import type { LayoutInfo, PlaneInfo } from '../addon/layout.ts';
import { type Observation, photometryAt, psfAt } from '../astronomy/observation.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { archiveOption } from './archive-option.ts';
import { withDataset } from './dataset.ts';
import { printable, table } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly hdu?: string;
  readonly json?: boolean;
}

export function layoutCommand(): Command {
  return new Command('layout')
    .description('Describe the planes, tiles, WCS and mask planes of a FITS file or a dataset.')
    .argument('<file or ID>', 'a FITS file, or the ID of a dataset of the archive')
    .addOption(archiveOption())
    .option('--hdu <n>', 'HDU of the image to describe, 0-based (default: the first image)')
    .option('--json', 'print as JSON')
    .action(run);
}

async function run(what: string, flags: Flags): Promise<void> {
  await withDataset(what, flags, async ({ layout, seek, observation }) => {
    const info = callNative(() => native.describeLayout(layout));
    const seekBytes = seek?.length ?? 0;
    if (flags.json) console.log(JSON.stringify({ bytes: layout.length, seekBytes, ...info, observation }));
    else {
      print(info, layout.length, seekBytes);
      printObservation(observation, info);
    }
  });
}

function print(info: LayoutInfo, bytes: number, seekBytes: number): void {
  const heading = ['plane', 'hdu', 'name', 'bitpix', 'size', 'codec', 'tile', 'dither', 'wcs', 'xy0'];
  console.log(table([heading, ...info.planes.map((plane) => planeCells(plane, info))]));
  for (const plane of info.planes) {
    const names = Object.entries(plane.maskPlanes ?? {}).sort((a, b) => a[1] - b[1]);
    if (names.length === 0) continue;
    console.log(`mask bits: ${names.map(([name, bit]) => `${bit} ${printable(name)}`).join(', ')}`);
  }
  if (info.center && info.radius !== undefined) {
    const [ra, dec] = info.center;
    const scale = info.pixelScale === undefined ? '' : `, ${info.pixelScale.toFixed(4)}" a pixel`;
    console.log(
      `sky: centre ${ra.toFixed(6)} ${dec.toFixed(6)} ICRS, within ${info.radius.toFixed(6)} deg${scale}`,
    );
  } else {
    console.log('sky: no celestial WCS; cutouts by pixels only');
  }
  if (info.wcsNote) console.log(`wcs: ${printable(info.wcsNote)}`);
  console.log(
    `file: ${info.hdus.length} HDUs, ${info.files.map(({ size }) => `${size} bytes`).join(' + ')}; layout ${bytes} bytes`,
  );
  const fileBytes = info.files.reduce((sum, { size }) => sum + size, 0);
  const percent = ((100 * seekBytes) / fileBytes).toFixed(1);
  console.log(`seek points: ${seekBytes > 0 ? `${seekBytes} bytes, ${percent}% of the files` : 'none'}`);
}

/** Calibration and PSF in the middle of the image. */
function printObservation(observation: Observation, { planes: [image] }: LayoutInfo): void {
  const { visit, detector, band, tMid, exptime, airmass, unit, photometry, psf, note } = observation;
  const said = [
    visit === null ? [] : [`visit ${visit}`],
    detector === null ? [] : [`detector ${detector}`],
    band === null ? [] : [`band ${printable(band)}`],
    tMid === null ? [] : [`middle MJD ${tMid.toFixed(6)} TAI`],
    exptime === null ? [] : [`${exptime} s`],
    airmass === null ? [] : [`airmass ${airmass}`],
  ].flat();
  if (said.length > 0) console.log(`observation: ${said.join(', ')}`);
  const x = image ? image.xy0[0] + (image.width - 1) / 2 : 0;
  const y = image ? image.xy0[1] + (image.height - 1) / 2 : 0;
  if (photometry) {
    const { scale, error } = photometryAt(photometry, x, y);
    const plusMinus = error === null ? '' : ` ± ${error.toPrecision(3)}`;
    console.log(`photometry: 1 ${printable(unit ?? 'unit')} = ${scale.toPrecision(7)}${plusMinus} nJy`);
  }
  const moments = psf ? psfAt(psf, x, y) : undefined;
  if (moments) {
    const { ixx, iyy, ixy } = moments;
    const fwhm = 2 * Math.sqrt(2 * Math.LN2) * (ixx * iyy - ixy * ixy) ** 0.25;
    console.log(`psf: FWHM ${fwhm.toFixed(2)} pixels; moments xx ${ixx}, yy ${iyy}, xy ${ixy} pixel²`);
  }
  if (note !== null) console.log(`note: ${printable(note)}`);
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
