/** Dimension records of a release: what its observations and patches are, when and where. */
import { createHash } from 'node:crypto';
import { UNIX_EPOCH_MJD } from '../../astronomy/time.ts';
import { BAND_FACTS } from '../bands.ts';
import { type Detector, detectorWcs } from '../camera.ts';
import { type Dataset, INSTRUMENT, tractWcs } from '../datasets.ts';
import type { Settings } from '../options.ts';
import type { Release } from '../release.ts';
import { type PixelBox, Skymap, scaledSkymap, type Tract } from '../skymap.ts';
import type { SkyPoint } from '../sphere.ts';
import { dayObsOf, TAI_MINUS_UTC } from '../time.ts';
import { darkTimeOf, type Visit } from '../visits.ts';
import { toSky } from '../wcs.ts';
import { between, type RegistryDatabase, type Row } from './database.ts';
import { HTM_LEVEL, trixelsNear } from './htm.ts';
import { encoded, hullOf, type Polygon, vectorOf } from './regions.ts';

const instrument = INSTRUMENT;
const VISIT_SYSTEM = { id: 0, name: 'one-to-one' };
/** How far regions of observations go beyond the pixels, as the pointing is not known better. */
const MARGIN = 20;

interface Placed {
  readonly key: Row;
  readonly own: Row;
  readonly polygon: Polygon;
}

export function putRecords(database: RegistryDatabase, settings: Settings, release: Release): void {
  putInstrument(database, release);
  putExposures(database, release.visits);
  const regions = release.visits.map((visit) => detectorRegions(settings, visit, release.detectors));
  const visits = release.visits.map((visit, i) => visitOf(visit, regions[i] ?? []));
  putPlaced(database, 'visit', 'visit', { instrument }, visits);
  putPlaced(database, 'visit_detector_region', undefined, { instrument }, regions.flat());
  for (const { id } of release.visits) {
    database.insert('visit_definition', [{ instrument, exposure: id, visit: id }]);
    database.insert('visit_system_membership', [{ instrument, visit_system: VISIT_SYSTEM.id, visit: id }]);
  }
  putSkymap(database, settings, release.datasets);
}

function putInstrument(database: RegistryDatabase, { visits, detectors }: Release): void {
  const largest = 21_000_000_000_000;
  database.insert('instrument', [
    {
      name: instrument,
      visit_max: largest,
      visit_system: VISIT_SYSTEM.id,
      exposure_max: largest,
      detector_max: 1000,
      class_name: 'vignet.simulate.Camera',
    },
  ]);
  const bands = [...new Set(visits.map(({ band }) => band))];
  database.insert(
    'physical_filter',
    bands.map((band) => ({ instrument, name: BAND_FACTS[band].physicalFilter, band })),
  );
  database.insert(
    'detector',
    detectors.map(({ id, name }) => {
      const [raft = '', slot = ''] = name.split('_');
      return { instrument, id, full_name: name, name_in_raft: slot, raft, purpose: 'SCIENCE' };
    }),
  );
  database.insert('visit_system', [{ instrument, ...VISIT_SYSTEM }]);
}

const filterOf = ({ band }: Visit) => BAND_FACTS[band].physicalFilter;
const spanOf = ({ mjd, exposure }: Visit) =>
  between(mjd - exposure / 2 / 86_400, mjd + exposure / 2 / 86_400);

function putExposures(database: RegistryDatabase, visits: readonly Visit[]): void {
  const days = [...new Set(visits.map(({ mjd }) => dayObsOf(mjd)))];
  database.insert(
    'day_obs',
    days.map((day) => ({ instrument, id: day, ...dayOf(day) })),
  );
  database.insert(
    'group',
    visits.map(({ id }) => ({ instrument, name: String(id) })),
  );
  database.insert(
    'exposure',
    visits.map((visit) => ({
      ...{ instrument, id: visit.id, day_obs: dayObsOf(visit.mjd), group: String(visit.id) },
      physical_filter: filterOf(visit),
      obs_id: `SIM_O_${visit.id}`,
      exposure_time: visit.exposure,
      dark_time: darkTimeOf(visit),
      observation_type: 'science',
      ...observed(visit),
      seq_start: visit.id % 100_000,
      seq_end: visit.id % 100_000,
      tracking_ra: visit.center.ra,
      tracking_dec: visit.center.dec,
      sky_angle: visit.rotation,
      has_simulated: 1,
      can_see_sky: 1,
      ...spanOf(visit),
    })),
  );
}

/** From noon to noon, UTC. */
function dayOf(day: number): Row {
  const text = String(day);
  const noon = Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6)), 12);
  const mjd = noon / 86_400e3 + UNIX_EPOCH_MJD + TAI_MINUS_UTC / 86_400;
  return between(mjd, mjd + 1);
}

const observed = (visit: Visit) => ({
  observation_reason: 'science',
  seq_num: visit.id % 100_000,
  target_name: 'vignet simulated field',
  science_program: 'SIM',
  azimuth: visit.pointing.azimuth,
  zenith_angle: 90 - visit.pointing.altitude,
});

function visitOf(visit: Visit, regions: readonly Placed[]): Placed {
  return {
    key: { visit: visit.id },
    own: {
      ...{ day_obs: dayObsOf(visit.mjd), physical_filter: filterOf(visit), name: String(visit.id) },
      exposure_time: visit.exposure,
      ...observed(visit),
      ...spanOf(visit),
    },
    polygon: hullOf(
      visit.center,
      regions.flatMap(({ polygon }) => polygon),
    ),
  };
}

function detectorRegions({ scale, seed }: Settings, visit: Visit, detectors: readonly Detector[]): Placed[] {
  return detectors.map((detector) => {
    const wcs = detectorWcs(detector, visit, scale, seed);
    const [x1, y1] = [detector.width - 1 + MARGIN, detector.height - 1 + MARGIN];
    const corners = cornersOf({ x0: -MARGIN, y0: -MARGIN, x1, y1 }, (x, y) => toSky(wcs, x, y));
    return {
      key: { detector: detector.id, visit: visit.id },
      own: {},
      polygon: hullOf(visit.center, corners),
    };
  });
}

const cornersOf = ({ x0, y0, x1, y1 }: PixelBox, skyAt: (x: number, y: number) => SkyPoint) => [
  skyAt(x0, y0),
  skyAt(x1, y0),
  skyAt(x1, y1),
  skyAt(x0, y1),
];

function putSkymap(database: RegistryDatabase, settings: Settings, datasets: readonly Dataset[]): void {
  const skymap = new Skymap(scaledSkymap(settings.scale));
  const { name } = skymap.config;
  const held = new Map<number, Set<number>>();
  for (const { tract, patch } of datasets)
    if (tract !== undefined && patch !== undefined)
      held.set(tract, (held.get(tract) ?? new Set()).add(patch));
  const tracts = [...held.keys()].sort((a, b) => a - b).map((id) => skymap.tract(id));
  const across = Math.max(0, ...tracts.flatMap(({ patches }) => patches));
  const hash = createHash('sha1').update(name).digest('base64');
  database.insert('skymap', [
    { name, hash, tract_max: skymap.size, patch_nx_max: across, patch_ny_max: across },
  ]);
  const boxOf = (tract: Tract, { x0, y0, x1, y1 }: PixelBox): Polygon => {
    const wcs = tractWcs(skymap, tract, 0, 0);
    // To the edges of its pixels.
    const box = { x0: x0 - 0.5, y0: y0 - 0.5, x1: x1 - 0.5, y1: y1 - 0.5 };
    return hullOf(
      tract.center,
      cornersOf(box, (x, y) => toSky(wcs, x, y)),
    );
  };
  const regions = tracts.map((tract): Placed => {
    const [x1, y1] = tract.size;
    return { key: { tract: tract.id }, own: {}, polygon: boxOf(tract, { x0: 0, y0: 0, x1, y1 }) };
  });
  const patches = tracts.flatMap((tract) =>
    [...(held.get(tract.id) ?? [])]
      .sort((a, b) => a - b)
      .map((id): Placed => {
        const { outer } = skymap.patch(tract, id);
        const [columns] = tract.patches;
        const own = { cell_x: id % columns, cell_y: Math.floor(id / columns) };
        return { key: { tract: tract.id, patch: id }, own, polygon: boxOf(tract, outer) };
      }),
  );
  putPlaced(database, 'tract', 'tract', { skymap: name }, regions);
  putPlaced(database, 'patch', 'patch', { skymap: name }, patches);
}

/** Records with regions, and the trixels by which the Butler finds what overlaps. `last`: the part of the key that the record calls `id`. */
function putPlaced(
  database: RegistryDatabase,
  table: string,
  last: string | undefined,
  governor: Row,
  records: readonly Placed[],
): void {
  database.insert(
    table,
    records.map(({ key, own, polygon }) => ({
      ...governor,
      ...Object.fromEntries(Object.entries(key).map(([name, value]) => [name === last ? 'id' : name, value])),
      ...own,
      region: encoded(polygon),
    })),
  );
  const pixels = { skypix_system: 'htm', skypix_level: HTM_LEVEL };
  if (records.length > 0) database.insert(`${table}_skypix_overlap_summary`, [{ ...pixels, ...governor }]);
  for (const { key, polygon } of records)
    database.insert(
      `${table}_skypix_overlap`,
      trixelsNear(polygon.map(vectorOf)).map((index) => ({
        ...{ ...pixels, ...governor, ...key },
        skypix_index: index,
      })),
    );
}
