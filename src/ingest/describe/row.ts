/** A catalog row, and the record for the pack, from a layout's description. */

import type { ExposureInfo, LayoutInfo } from '../../addon/layout.ts';
import type { PackRef } from '../../archive/pack.ts';
import type { DatasetRecord, SkyPatch } from '../../archive/record.ts';
import { isCoadd } from '../../astronomy/dataset-types.ts';
import { printStates } from '../../astronomy/polarization.ts';
import { dateOfMjd } from '../../astronomy/time.ts';
import { defined } from '../../base/defined.ts';
import { fileUuid } from '../../base/uuid.ts';
import { contentBytes, type FileRecord, nameOf, withMember } from '../../bytes/file-record.ts';
import type { CatalogRow } from '../../catalog/schema.ts';
import { tableContradictions } from '../beside/contradictions.ts';
import { type RowsBeside, rowsBeside } from '../beside/rows.ts';
import type { SourceFacts } from '../source.ts';
import { type FileFacts, firstThatHolds } from '../survey/matching.ts';
import type { SurveyDescription } from '../survey/schema.ts';
import { bandOf } from './bands.ts';
import { bandByObscore, rowByObscore } from './by-obscore.ts';
import { cardsOfFilter, contradictions, hasNoFilter, identityOf, whenBySource } from './by-source.ts';
import { numberOf, textOf } from './cards.ts';
import { whenTaken } from './exposure-time.ts';
import { calibLevel, type Identity, identify, subtypeOf } from './identity.ts';
import type { Labels } from './labels.ts';
import { factsOf, observationOf } from './observation.ts';
import { psfWidth } from './psf-width.ts';
import { placeOf } from './region.ts';

export interface Described {
  /** What is to be said of the dataset, beside its row. */
  readonly notes: readonly string[];
  /** For the tables beside `dataset`. */
  readonly beside: RowsBeside;
  readonly record: DatasetRecord;
  readonly row: Omit<CatalogRow, 'pack' | 'pack_offset' | 'pack_length'>;
}

/** The row itself is completed: a copy of so many columns costs more than to make them. */
export function completeRow(row: Described['row'], ref: PackRef): CatalogRow {
  return Object.assign(row, { pack: ref.pack, pack_offset: ref.offset, pack_length: ref.length });
}

const DATALINK = 'application/x-votable+xml;content=datalink';

/** Begins the word of a source's record. */
const RECORD = ' record:';

/** How the files looked, as one word per file, and a word for what their source said: what tells a change at the next ingest. */
export function stampsOf(
  files: readonly Pick<FileRecord, 'size' | 'mtimeNs'>[],
  facts?: Pick<SourceFacts, 'record'>,
): string {
  const words = files.map((file) => `${file.size}:${file.mtimeNs}`).join(' ');
  return facts ? `${words}${RECORD}${facts.record}` : words;
}

/** Whether the dataset of these stamps came from a source of this name. */
export const isOfSource = (stamps: string, name: string) => stamps.includes(`${RECORD}${name}.`);

/** The paths of companions beneath the root, as one column. */
export const companionsText = (files: readonly FileRecord[]) => JSON.stringify(files.map(pathText));

const pathText = ({ path, member }: FileRecord) => withMember(path, member?.name);

/**
 * `files[0]` is the image's own, the others its companions. A Butler's UUID is the file's: it is used where the file holds one image
 * (`single`).
 */
export function describe(
  info: LayoutInfo,
  exposure: ExposureInfo,
  files: readonly FileRecord[],
  hdu: number,
  single: boolean,
  labels: Labels,
  survey: SurveyDescription,
  known: FileFacts,
  source?: SourceFacts,
): Described {
  const facts = factsOf(info, exposure);
  const { cards } = facts;
  const found = identify(cards, survey, firstThatHolds(survey.type, known)?.is);
  const identity = identityOf(found, labels, source);
  const [file] = files as [FileRecord];
  const uuid = (single ? identity.uuid : undefined) ?? fileUuid(labels.collection, file.path, hdu);
  const { spectral, polStates } = info;
  const filter = {
    ...bandOf(
      cardsOfFilter(cards, source),
      identity.instrument,
      source && hasNoFilter(source) ? undefined : survey.band,
      known,
    ),
    ...defined({ filter: source?.filter }),
  };
  // What the image says of its own axis goes before what a filter of this name passes.
  const band = spectral
    ? { ...filter, emMin: spectral.min, emMax: spectral.max }
    : bandByObscore(filter, source?.obscore);
  const taken = whenTaken(isCoadd(identity.type) ? {} : cards, survey);
  const when = whenBySource(taken, source);
  const place = placeOf(info, source?.region);
  const observation = observationOf(info, exposure, facts, identity, band, when, survey, known);
  const image = info.planes[0];
  const stem = stemOf(nameOf(file), hdu, info);
  const obsId = obsIdOf(identity, source?.obsId ?? textOf(cards, 'OBSID', 'OBS-ID', 'OBS_ID')) ?? stem;
  const isLsst = /^lsst/i.test(identity.instrument ?? '');
  const record: DatasetRecord = {
    uuid,
    repo: labels.repo,
    collection: labels.collection,
    type: identity.type,
    band: band.band,
    hdu,
    files,
    emMin: band.emMin,
    emMax: band.emMax,
    tMin: when.tMin,
    tMax: when.tMax,
    polStates: polStates ? printStates(polStates) : null,
    observation,
    patch: patchOf(identity),
    planes: info.planes.map((plane) => plane.kind),
    ...(survey.weights === 'inverse-variance' && info.planes.some(({ kind }) => kind === 'weight')
      ? { inverseVariance: true }
      : {}),
    maskNames: maskNamesOf(info),
    survey: survey.name,
    xy0: image?.xy0 ?? [0, 0],
    name: stem.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._]+/, '') || uuid,
  };
  const ownRow: Described['row'] = {
    uuid,
    repo: labels.repo,
    dataset_type: identity.type,
    run: identity.run,
    state: 'online',
    root: file.root,
    path: pathText(file),
    hdu,
    companions: companionsText(files.slice(1)),
    stamps: stampsOf(files, source),
    planes: info.planes.map((plane) => plane.kind).join(','),
    dataproduct_type: image?.depth ? 'cube' : 'image',
    dataproduct_subtype: subtypeOf(identity.type),
    calib_level: calibLevel(identity.type, place.ra !== null),
    obs_collection: labels.collection,
    obs_id: obsId,
    obs_title: titleOf(identity, band.band, when.tMin, stem),
    access_format: DATALINK,
    access_estsize: Math.ceil(files.reduce((sum, one) => sum + contentBytes(one), 0) / 1000),
    target_name: source?.target ?? textOf(cards, 'OBJECT') ?? null,
    s_ra: place.ra,
    s_dec: place.dec,
    s_fov: place.fov,
    s_region: place.region,
    s_region_origin: place.origin,
    s_resolution: psfWidth(observation, info),
    s_pixel_scale: info.pixelScale ?? null,
    s_xel1: image?.width ?? null,
    s_xel2: image?.height ?? null,
    t_min: when.tMin,
    t_max: when.tMax,
    t_exptime: when.exposure,
    t_resolution: when.exposure,
    t_xel: 1,
    em_min: band.emMin,
    em_max: band.emMax,
    // The width of channels is the sampling, not the resolution.
    em_res_power: spectral ? (numberOf(cards, 'SPEC_RP') ?? null) : null,
    em_xel: spectral?.count ?? 1,
    o_ucd: ucdOf(textOf(cards, 'BUNIT'), identity.type),
    pol_states: polStates ? printStates(polStates) : null,
    pol_xel: polStates?.length ?? 0,
    facility_name: isLsst ? 'Rubin:Simonyi' : (textOf(cards, 'TELESCOP') ?? null),
    instrument_name: identity.instrument,
    data_rights: labels.dataRights ?? 'public',
    obs_release_date: labels.releaseDate ?? null,
    owner: labels.owner ?? null,
    grp: labels.group ?? null,
    lsst_visit: identity.visit,
    lsst_detector: identity.detector,
    lsst_skymap: identity.skymap,
    lsst_tract: identity.tract,
    lsst_patch: identity.patch,
    lsst_band: band.band,
    lsst_filter: band.filter,
    site_columns: null,
    footprint: place.footprint,
    wcs_note: place.note,
  };
  const configured = source?.obscore && rowByObscore(ownRow, source.obscore);
  const row = configured?.row ?? ownRow;
  const registry = source?.tables;
  // Before its file is read only the registry has something to say.
  const isRead = info.planes.length > 0;
  const said: RowsBeside = isRead
    ? rowsBeside({ ...{ row, cards, info }, observation: record.observation, inputs: exposure.inputs })
    : { dataset_input: [] };
  const beside = registry ? { ...said, registry } : said;
  const notes = source
    ? [
        ...source.notes,
        ...(isRead ? contradictions(found, taken, cards, place, source) : []),
        ...(isRead ? tableContradictions(beside) : []),
        ...(configured?.notes ?? []),
      ]
    : [];
  return { record, row, beside, notes };
}

function obsIdOf({ visit, skymap, tract, patch }: Identity, named: string | undefined): string | undefined {
  if (tract !== null && patch !== null)
    return [skymap, tract, patch].filter((part) => part !== null).join('-');
  return named ?? (visit === null ? undefined : String(visit));
}

function patchOf({ skymap, tract, patch }: Identity): SkyPatch | null {
  return skymap === null || tract === null || patch === null ? null : { skymap, tract, patch };
}

/** The survey's own names, and what they mean elsewhere. */
function maskNamesOf({ planes }: LayoutInfo): string[] {
  const mask = planes.find(({ kind }) => kind === 'mask');
  const names = Object.entries(mask?.maskPlanes ?? {})
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
  return [...new Set([...names, ...Object.values(mask?.maskMeanings ?? {})])];
}

/** The file's name without extension, and the extension HDU where a file holds several images. */
function stemOf(path: string, hdu: number, info: LayoutInfo): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/(\.fits?|\.fts)?(\.[fg]z)?$/i, '');
  const isFirst = hdu === (info.planes[0]?.hdu ?? 0) && hdu <= 1;
  return isFirst ? name : `${name}-${hdu}`;
}

function titleOf(identity: Identity, band: string | null, tMin: number | null, stem: string): string {
  const { type, visit, detector, tract, patch } = identity;
  const start = [type, band].filter((part) => part !== null).join(' - ');
  if (tract !== null && patch !== null) return `${start} - tract=${tract} patch=${patch}`;
  if (visit === null) return `${start} - ${stem}`;
  const when = tMin === null ? '' : ` ${dateOfMjd(tMin).toISOString().slice(0, 19)}Z`;
  return `${start} - ${visit}${detector === null ? '' : `-${detector}`}${when}`;
}

function ucdOf(unit: string | undefined, type: string): string | null {
  if (unit !== undefined && /jy|maggy|mag$/i.test(unit)) return 'phot.flux.density';
  if (unit !== undefined && /adu|count|electron|^e-?(\/s)?$|dn/i.test(unit)) return 'phot.count';
  if (type === 'raw') return 'phot.count';
  return null;
}
