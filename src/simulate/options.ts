/** What can be simulated, and the presets. */
import { clip } from '../base/clip.ts';
import { usageError } from '../base/errors.ts';
import { BANDS, type Band, isBand } from './bands.ts';
import type { Recipe } from './native.ts';
import { Skymap, scaledSkymap } from './skymap.ts';
import type { SkyPoint } from './sphere.ts';

export const DATASET_TYPES = [
  'visit_image',
  'deep_coadd',
  'difference_image',
  'raw',
  'template_coadd',
] as const;
export type SimulatedType = (typeof DATASET_TYPES)[number];
export const PRESET_NAMES = ['sample', 'bench', 'release'] as const;
export type Preset = (typeof PRESET_NAMES)[number];

/**
 * What is simulated. What is left out has the values of the preset.
 * @example
 * ```ts
 * import type { SimulateOptions } from 'vignet';
 *
 * const options: SimulateOptions = { out: 'sky', seed: 7, visits: 10, bands: ['g', 'r', 'i'], types: ['visit_image'] };
 * ```
 */
export interface SimulateOptions {
  /** The folder to fill. */
  readonly out: string;
  readonly preset?: Preset;
  readonly seed?: number;
  /** Linear size of detectors and patches: 1 is 4072 by 4000 and 3400 by 3400. The pixel stays 0.2". */
  readonly scale?: number;
  readonly visits?: number;
  readonly detectors?: number;
  readonly bands?: readonly string[];
  readonly types?: readonly string[];
  /** Of how many visits to make difference images too (type difference_image); all by default. */
  readonly differences?: number;
  readonly coaddBands?: readonly string[];
  readonly tracts?: number;
  /** Patches of each tract: those nearest to the centre. */
  readonly patches?: number;
  /** Full-size visit images of the central detector, besides the others. */
  readonly fullSize?: number;
  /** Right ascension and declination in degrees; by default where two tracts meet. */
  readonly center?: readonly [number, number];
  readonly recipe?: Recipe;
  readonly tile?: 'row' | 'square';
  readonly density?: number;
  readonly variables?: number;
  readonly years?: number;
  /** Name of the release (preset release): its collections begin with it. Default: release. */
  readonly label?: string;
  /** Threads; 0 works in the calling thread. All processors by default. */
  readonly workers?: number;
}

export interface Settings {
  readonly seed: number;
  readonly scale: number;
  readonly visits: number;
  readonly detectors: number;
  readonly bands: readonly Band[];
  readonly types: readonly SimulatedType[];
  readonly differences: number;
  readonly coaddBands: readonly Band[];
  readonly tracts: number;
  readonly patches: number;
  readonly fullSize: number;
  readonly center: SkyPoint;
  readonly recipe: Recipe;
  readonly tile: 'row' | 'square';
  readonly density: number;
  readonly variables: number;
  readonly years: number;
  /** Label of a complete release, with calibrations and a Butler around it; absent: files alone. */
  readonly release?: string;
}

type Plain = Omit<SimulateOptions, 'out' | 'preset' | 'workers' | 'center' | 'label'>;

const PRESETS: Readonly<Record<Preset, Required<Plain>>> = {
  sample: {
    seed: 1,
    scale: 0.25,
    visits: 18,
    detectors: 4,
    bands: BANDS,
    types: ['visit_image', 'deep_coadd', 'difference_image'],
    differences: 2,
    coaddBands: ['g', 'r', 'i'],
    tracts: 2,
    patches: 4,
    fullSize: 1,
    recipe: 'lossy16',
    tile: 'row',
    density: 1,
    variables: 0.05,
    years: 4,
  },
  bench: {
    seed: 1,
    scale: 1,
    visits: 12,
    detectors: 1,
    bands: ['r', 'i'],
    types: ['visit_image'],
    differences: 0,
    coaddBands: ['r'],
    tracts: 2,
    patches: 1,
    fullSize: 0,
    recipe: 'lossy16',
    tile: 'row',
    density: 1,
    variables: 0.05,
    years: 4,
  },
  release: {
    seed: 1,
    scale: 0.11,
    visits: 4,
    detectors: 2,
    bands: ['g', 'r'],
    types: DATASET_TYPES,
    differences: 4,
    coaddBands: ['g', 'r'],
    tracts: 2,
    patches: 2,
    fullSize: 0,
    recipe: 'lossy16',
    tile: 'row',
    density: 1,
    variables: 0.05,
    years: 4,
  },
};

/** Fills in what was not given from the preset (default: sample) and checks everything; throws a usage error. */
export function settingsOf(options: SimulateOptions): Settings {
  const preset = PRESETS[options.preset ?? 'sample'];
  if (!preset) refuse('preset', PRESET_NAMES.join(' or '), options.preset);
  const release = releaseOf(options);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const plain = { ...preset, ...(given as Partial<Required<Plain>>) };
  const scale = within('scale', plain.scale, 0.02, 1);
  return {
    seed: whole('seed', plain.seed, 0, 2 ** 31),
    scale,
    visits: whole('visits', plain.visits, 0, 99999),
    detectors: whole('detectors', plain.detectors, 1, 189),
    bands: bandsOf('bands', plain.bands),
    types: plain.types.map((type) => {
      if (!(DATASET_TYPES as readonly string[]).includes(type))
        refuse('types', `one of ${DATASET_TYPES.join(', ')}`, type);
      return type as SimulatedType;
    }),
    differences: whole(
      'differences',
      given.differences === undefined && given.visits !== undefined ? plain.visits : plain.differences,
      0,
      99999,
    ),
    coaddBands: bandsOf('coaddBands', plain.coaddBands),
    tracts: whole('tracts', plain.tracts, 1, 9),
    patches: whole('patches', plain.patches, 1, 100),
    fullSize: whole('fullSize', plain.fullSize, 0, 99999),
    center: options.center ? centerOf(options.center) : tractBoundary(scale),
    recipe: oneOf('recipe', plain.recipe, ['lossy16', 'lossless', 'none']),
    tile: oneOf('tile', plain.tile, ['row', 'square']),
    density: within('density', plain.density, 0, 20),
    variables: within('variables', plain.variables, 0, 1),
    years: within('years', plain.years, 0.1, 20),
    ...(release !== undefined && { release }),
  };
}

/** The label of a release. It is the beginning of paths and of names of collections. */
function releaseOf({ preset, label, types, fullSize }: SimulateOptions): string | undefined {
  if (preset !== 'release') {
    if (label !== undefined) refuse('label', 'a label only with the preset release', label);
    return undefined;
  }
  if (types !== undefined) refuse('types', 'none with the preset release, which has all', types.join(', '));
  if (fullSize !== undefined) refuse('fullSize', 'none with the preset release', fullSize);
  if (label !== undefined && !/^[A-Za-z0-9][\w.-]{0,23}$/.test(label))
    refuse('label', '1 to 24 letters, digits, ".", "_" or "-", the first a letter or digit', label);
  return label ?? 'release';
}

/** Near (150, +2.3), half-way between the centres of two neighbouring tracts. */
function tractBoundary(scale: number): SkyPoint {
  const skymap = new Skymap(scaledSkymap(scale));
  const { center } = skymap.tract(skymap.find({ ra: 150.1, dec: 2.3 }));
  return { ra: center.ra + skymap.spacing(center.dec) / 2, dec: center.dec };
}

function centerOf([ra, dec]: readonly [number, number]): SkyPoint {
  within('center right ascension', ra, -360, 360);
  return { ra: ((ra % 360) + 360) % 360, dec: within('center declination', dec, -89, 89) };
}

function bandsOf(name: string, bands: readonly string[]): Band[] {
  if (bands.length === 0 || !bands.every(isBand))
    refuse(name, `some of ${BANDS.join(', ')}`, bands.join(', '));
  return [...new Set(bands)] as Band[];
}

function oneOf<T extends string>(name: string, value: T, choices: readonly T[]): T {
  if (!choices.includes(value)) refuse(name, `one of ${choices.join(', ')}`, value);
  return value;
}

function within(name: string, value: number, low: number, high: number): number {
  if (!(value >= low && value <= high)) refuse(name, `a number from ${low} to ${high}`, value);
  return value;
}

function whole(name: string, value: number, low: number, high: number): number {
  if (!Number.isInteger(value)) refuse(name, `a whole number from ${low} to ${high}`, value);
  return within(name, value, low, high);
}

function refuse(name: string, expected: string, received: unknown): never {
  throw usageError('BAD_SIMULATION', `expected ${expected} for ${name}, received ${clip(String(received))}`);
}
