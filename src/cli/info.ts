/** `vignet info`: describes a file or dataset without reading its pixels, and how it was recognised. */
import { Command } from 'commander';
import { native } from '../addon/addon.ts';
import type { LayoutInfo, PlaneInfo } from '../addon/layout.ts';
import { type Observation, photometryAt, psfAt } from '../astronomy/observation.ts';
import { count } from '../base/count.ts';
import { VignetError } from '../base/errors.ts';
import { callNative } from '../base/to-vignet-error.ts';
import { archiveOption } from './archive-option.ts';
import { rowLines } from './catalog-row.ts';
import { sayCompanions } from './companion.ts';
import { catalogRow, type ReadyDataset, withDataset } from './dataset.ts';
import { datasetArgument } from './dataset-name.ts';
import { describeOption } from './describe-option.ts';
import { printable, table } from './terminal.ts';

interface Flags {
  readonly archive: string;
  readonly hdu?: string;
  readonly describe?: string;
  readonly json?: boolean;
}

export function infoCommand(): Command {
  return new Command('info')
    .description(
      'Describe a FITS file or a dataset: survey, planes, tiles, WCS, mask bits, time; of a dataset also what the catalog has.',
    )
    .argument('<file or dataset>', datasetArgument)
    .addOption(archiveOption())
    .option('--hdu <n>', 'HDU of the image to describe, 0-based (default: the first image)')
    .addOption(describeOption())
    .option('--json', 'print as JSON')
    .action(run);
}

async function run(what: string, flags: Flags): Promise<void> {
  if (!flags.json) await sayCompanions([what], 'described', flags.describe);
  const describe: Parameters<typeof withDataset>[2] = async ({
    layout,
    seek,
    observation,
    recognised,
    row,
  }) => {
    const info = callNative(() => native.describeLayout(layout));
    const seekBytes = seek?.length ?? 0;
    const survey = surveyOf(recognised);
    if (flags.json) {
      const catalog = row && { catalog: row };
      console.log(
        JSON.stringify({ bytes: layout.length, seekBytes, ...info, observation, survey, ...catalog }),
      );
    } else {
      printSurvey(survey);
      print(info, layout.length, seekBytes);
      printObservation(observation, info);
      if (row) console.log(`dataset: ${row.id}\n${rowLines(row).join('\n')}`);
    }
  };
  await withDataset(what, flags, describe).catch(async (error: unknown) => {
    if (!(error instanceof VignetError) || error.code !== 'NEARLINE') throw error;
    await printNearline(what, flags, error);
  });
}

/** Of what is on another machine the catalog alone can tell. */
async function printNearline(what: string, { archive, json }: Flags, { message }: VignetError) {
  const row = await catalogRow(archive, what);
  if (json) console.log(JSON.stringify({ catalog: row }));
  else console.log(`${message}\ndataset: ${row?.id}\n${row ? rowLines(row).join('\n') : ''}`);
}

/** What was recognised, as it is printed. */
function surveyOf(recognised: ReadyDataset['recognised']) {
  if (typeof recognised === 'string') return { name: recognised, why: undefined, hdus: [] };
  const { survey, why } = recognised.recognised;
  const hdus = recognised.images.map(({ image, name, meaning }) => ({
    ...{ hdu: image.hdu, name },
    meaning: meaning ?? 'unknown',
  }));
  return { name: survey.name, why, hdus };
}

function printSurvey({ name, why, hdus }: ReturnType<typeof surveyOf>): void {
  console.log(`survey: ${printable(name)}${why === undefined ? '' : ` (${printable(why)})`}`);
  if (hdus.length > 1) {
    const what = hdus.map(
      ({ hdu, name, meaning }) => `${hdu} ${name === '' ? '' : `${printable(name)} `}${meaning}`,
    );
    console.log(`images: ${what.slice(0, 40).join(', ')}${what.length > 40 ? ', …' : ''}`);
  }
}

function print(info: LayoutInfo, bytes: number, seekBytes: number): void {
  const heading = ['plane', 'hdu', 'name', 'bitpix', 'size', 'codec', 'tile', 'dither', 'wcs', 'xy0'];
  console.log(table([heading, ...info.planes.map((plane) => planeCells(plane, info))]));
  for (const plane of info.planes) {
    const names = Object.entries(plane.maskPlanes ?? {}).sort((a, b) => a[1] - b[1]);
    if (names.length === 0) continue;
    const said = names.map(([name, bit]) => {
      const means = plane.maskMeanings?.[name];
      return `${bit} ${printable(name)}${means === undefined ? '' : ` (${printable(means)})`}`;
    });
    console.log(`mask ${plane.codes ? 'codes' : 'bits'}: ${said.join(', ')}`);
  }
  if (info.center && info.radius !== undefined) {
    const [ra, dec] = info.center;
    const scale = info.pixelScale === undefined ? '' : `, ${info.pixelScale.toFixed(4)}" a pixel`;
    console.log(
      `sky: centre ${ra.toFixed(6)} ${dec.toFixed(6)} ICRS, within ${info.radius.toFixed(6)} deg${scale}`,
    );
  } else {
    console.log(`sky: ${info.wcsNote ? 'no usable' : 'no'} celestial WCS; cutouts by pixels only`);
  }
  if (info.spectral) {
    const { axis, count: channels, min, max } = info.spectral;
    console.log(`spectral: axis ${axis}, ${count(channels, 'channel')}, ${min} to ${max} m`);
  }
  if (info.polStates) console.log(`polarization: ${info.polStates.join(', ')}`);
  if (info.wcsNote) console.log(`wcs: ${printable(info.wcsNote)}`);
  console.log(
    `file: ${count(info.hdus.length, 'HDU')}, ${info.files.map(({ size }) => `${size} bytes`).join(' + ')}; layout ${bytes} bytes`,
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
    [tMid === null ? 'time not known' : `middle MJD ${tMid.toFixed(6)} TAI`],
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
    [plane.width, plane.height, ...(plane.depth ?? [])].join('x'),
    plane.codec,
    plane.tile ? plane.tile.join('x') : '-',
    plane.dither ?? '-',
    plane.hasWcs ? 'yes' : 'no',
    plane.xy0.join(','),
  ];
}
