/** What is true of a simulation, written beside its files; docs/simulate.md describes every column. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BANDS } from './bands.ts';
import { type Dataset, extentOf } from './datasets.ts';
import type { SimulationWritten } from './native.ts';
import type { Settings } from './options.ts';
import { fluxIn, holds } from './render.ts';
import { Skymap, scaledSkymap } from './skymap.ts';
import { Sky, type SkySource } from './sources.ts';
import { unitsPerElectron } from './visits.ts';
import { wcsCards } from './wcs.ts';

export interface MadeFile {
  readonly dataset: Dataset;
  readonly written: SimulationWritten;
}

export async function writeTruth(settings: Settings, files: readonly MadeFile[], out: string): Promise<void> {
  const folder = join(out, 'truth');
  await mkdir(folder, { recursive: true });
  const sky = new Sky(settings);
  const seen = new Map<number, SkySource>();
  const curves: string[] = [];
  for (const { dataset } of files) {
    const { center, radius } = extentOf(dataset);
    for (const source of sky.around(center, radius)) {
      const at = holds(dataset, source);
      if (!at) continue;
      seen.set(source.id, source);
      if (source.variability && dataset.type === 'visit_image') curves.push(epochRow(dataset, source, at));
    }
  }
  const sources = [...seen.values()].sort((a, b) => a.id - b.id);
  await lines(join(folder, 'sources.csv'), SOURCE_COLUMNS, sources, sourceRow);
  await lines(join(folder, 'lightcurves.csv'), CURVE_COLUMNS, curves, (row) => row);
  await lines(join(folder, 'datasets.ndjson'), '', files, datasetRow);
  await writeFile(join(folder, 'skymap.json'), `${JSON.stringify(skymapOf(settings, files), null, 1)}\n`);
  await writeFile(join(folder, 'settings.json'), `${JSON.stringify(settings, null, 1)}\n`);
}

const SOURCE_COLUMNS = [
  ...['id', 'ra', 'dec', 'type'],
  ...BANDS.map((band) => `flux_${band}`),
  ...['radius', 'axis_ratio', 'angle', 'variability', 'period', 'amplitude', 'phase'],
].join(',');

function sourceRow(s: SkySource): string {
  const v = s.variability;
  return [
    ...[s.id, s.ra, s.dec, s.type],
    ...BANDS.map((band) => s.flux[band]),
    ...[s.radius, s.axisRatio, s.angle],
    ...(v ? [v.kind, v.period, v.amplitude, v.phase] : ['', '', '', '']),
  ].join(',');
}

const CURVE_COLUMNS = 'source,visit,detector,band,mjd_tai,flux,x,y,dataset';

function epochRow(dataset: Dataset, source: SkySource, [x, y]: readonly [number, number]): string {
  const { visit, detector } = dataset;
  const where = [x.toFixed(4), y.toFixed(4), dataset.uuid];
  return [
    source.id,
    visit?.id,
    detector?.id,
    dataset.band,
    visit?.mjd,
    fluxIn(dataset, source),
    ...where,
  ].join(',');
}

/** One JSON object per file. */
function datasetRow({ dataset, written }: MadeFile): string {
  const { conditions: c, visit, detector } = dataset;
  return JSON.stringify({
    id: dataset.uuid,
    path: dataset.path,
    type: dataset.type,
    run: dataset.run,
    dataId: Object.fromEntries(dataset.dataId.map(([name, value]) => [name.toLowerCase(), value])),
    bytes: written.bytes,
    width: dataset.width,
    height: dataset.height,
    xy0: [dataset.x0, dataset.y0],
    wcs: wcsCards(dataset.wcs).join('\n'),
    fwhm_arcsec: c.fwhm,
    zero_point_ab: c.zeroPoint,
    sky_electrons: c.sky,
    read_noise_electrons: c.readNoise,
    njy_per_electron: unitsPerElectron(c),
    exposure_s: c.exposure,
    image_step: written.imageStep,
    variance_step: written.varianceStep,
    ...(visit && {
      mjd_tai: visit.mjd,
      boresight: [visit.center.ra, visit.center.dec],
      rotation: visit.rotation,
      airmass: visit.airmass,
    }),
    ...(detector && { detector_name: detector.name }),
  });
}

/** The skymap's configuration, and every tract and patch that has a coadd. */
function skymapOf(settings: Settings, files: readonly MadeFile[]): object {
  const config = scaledSkymap(settings.scale);
  const skymap = new Skymap(config);
  const held = new Map<number, Set<number>>();
  for (const { tract, patch } of files.map((file) => file.dataset)) {
    if (tract === undefined || patch === undefined) continue;
    held.set(tract, (held.get(tract) ?? new Set()).add(patch));
  }
  const tracts = [...held]
    .sort(([a], [b]) => a - b)
    .map(([id, patches]) => {
      const tract = skymap.tract(id);
      const list = [...patches].sort((a, b) => a - b).map((patch) => skymap.patch(tract, patch));
      return { ...tract, held: list };
    });
  return { ...config, tracts };
}

async function lines<T>(
  path: string,
  header: string,
  items: readonly T[],
  row: (item: T) => string,
): Promise<void> {
  function* text(): Generator<string> {
    if (header !== '') yield `${header}\n`;
    for (const item of items) yield `${row(item)}\n`;
  }
  await pipeline(Readable.from(text()), createWriteStream(path));
}
