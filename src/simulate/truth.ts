/** What is true of a simulation, written beside its files; docs/simulate.md describes every column. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BANDS } from './bands.ts';
import { type Calibration, detectorSpec } from './calibrations.ts';
import { type Dataset, extentOf } from './datasets.ts';
import { frameOf } from './headers.ts';
import type { SimulationWritten } from './native.ts';
import type { Settings } from './options.ts';
import { fluxIn, gradientOf, holds } from './render.ts';
import { Skymap, scaledSkymap } from './skymap.ts';
import { Sky, type SkySource } from './sources.ts';
import { darkTimeOf, unitsPerElectron, type Visit } from './visits.ts';
import { wcsCards } from './wcs.ts';

export interface Made<Item> {
  readonly item: Item;
  readonly written: SimulationWritten;
}

export async function writeTruth(
  settings: Settings,
  files: readonly Made<Dataset | Calibration>[],
  out: string,
): Promise<void> {
  const folder = join(out, 'truth');
  await mkdir(folder, { recursive: true });
  const sky = new Sky(settings);
  const seen = new Map<number, SkySource>();
  const curves: string[] = [];
  for (const { item: dataset } of files) {
    if ('validity' in dataset) continue;
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
  await lines(join(folder, 'datasets.ndjson'), '', files, (file) => rowOf(file, settings));
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
function rowOf({ item, written }: Made<Dataset | Calibration>, settings: Settings): string {
  const { uuid, path, type, run, height } = item;
  const own = 'validity' in item ? calibrationFacts(item) : datasetFacts(item, settings);
  return JSON.stringify({
    ...{ id: uuid, path, type, run },
    dataId: Object.fromEntries(item.dataId.map(([name, value]) => [name.toLowerCase(), value])),
    ...{ bytes: written.bytes, width: item.width, height },
    ...own,
    image_step: written.imageStep,
    variance_step: written.varianceStep,
    ...('visit' in item && item.visit && visitFacts(item.visit)),
    ...(item.detector && { detector_name: item.detector.name }),
  });
}

function calibrationFacts({ validity }: Calibration): object {
  const [from, to] = validity;
  return { valid_from_mjd_tai: from, valid_to_mjd_tai: to };
}

function datasetFacts(dataset: Dataset, settings: Settings): object {
  const { conditions: c, inputs } = dataset;
  const { width, wcs } = frameOf(dataset);
  return {
    width,
    xy0: [dataset.x0, dataset.y0],
    wcs: wcsCards(wcs).join('\n'),
    fwhm_arcsec: c.fwhm,
    zero_point_ab: c.zeroPoint,
    sky_electrons: c.sky,
    read_noise_electrons: c.readNoise,
    njy_per_electron: unitsPerElectron(c),
    exposure_s: c.exposure,
    ...(dataset.epoch !== undefined && exposureFacts(dataset, settings)),
    ...(inputs && { inputs: inputs.map(({ uuid }) => uuid) }),
  };
}

/** Of what was in a detector. */
function exposureFacts(dataset: Dataset, { seed }: Settings): object {
  const { detector, conditions } = dataset;
  if (!detector) return {};
  const { gains, levels, readNoises, overscan } = detectorSpec(seed, detector, {});
  return {
    sky_gradient: gradientOf(dataset),
    dark_time_s: darkTimeOf(conditions),
    amplifiers: { gains, levels, read_noises: readNoises, overscan },
  };
}

const visitFacts = (visit: Visit): object => ({
  mjd_tai: visit.mjd,
  boresight: [visit.center.ra, visit.center.dec],
  rotation: visit.rotation,
  airmass: visit.airmass,
});

/** The skymap's configuration, and every tract and patch that has a coadd. */
function skymapOf(settings: Settings, files: readonly Made<Dataset | Calibration>[]): object {
  const config = scaledSkymap(settings.scale);
  const skymap = new Skymap(config);
  const held = new Map<number, Set<number>>();
  for (const { item } of files) {
    if ('validity' in item || item.tract === undefined || item.patch === undefined) continue;
    const { tract, patch } = item;
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
