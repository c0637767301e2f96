/** Rings skymaps: those that are known by name, and those that an archive declares. */
import { clip } from '../base/clip.ts';
import { usageError, type VignetError } from '../base/errors.ts';

/** What defines a rings skymap (version 1, TAN, not rotated): the sky in tracts, the tracts in patches. */
export interface SkymapConfig {
  readonly name: string;
  readonly rings: number;
  /** Degrees. */
  readonly raStart: number;
  /** Arc seconds per pixel. */
  readonly pixelScale: number;
  /** Degrees. */
  readonly tractOverlap: number;
  /** Pixels along the inner box of a patch. */
  readonly inner: number;
}

const RUBIN = { rings: 120, raStart: 0, pixelScale: 0.2, tractOverlap: 1 / 60, inner: 3000 } as const;

const KNOWN: readonly SkymapConfig[] = [
  { name: 'lsst_cells_v1', ...RUBIN },
  { name: 'lsst_cells_v2', ...RUBIN },
  { name: 'hsc_rings_v1', rings: 120, raStart: 0, pixelScale: 0.168, tractOverlap: 1 / 60, inner: 4000 },
];

/** `vignet_rings_N`, which `vignet simulate` makes: lsst_cells_v1 with more rings, the pixel staying as it is. */
function simulated(name: string): SkymapConfig | undefined {
  const rings = Number(/^vignet_rings_(\d{3,5})$/.exec(name)?.[1]);
  if (!(rings >= RUBIN.rings)) return undefined;
  const scale = RUBIN.rings / rings;
  return { ...RUBIN, name, rings, tractOverlap: scale / 60, inner: Math.round(RUBIN.inner * scale) };
}

/** A skymap's definition by its name; what the archive declares goes first. Undefined when nobody has defined it. */
export function skymapNamed(
  name: string,
  declared: Readonly<Record<string, SkymapConfig>> = {},
): SkymapConfig | undefined {
  return declared[name] ?? KNOWN.find((one) => one.name === name) ?? simulated(name);
}

function bad(expected: string, name: string, received: unknown): VignetError {
  const shown = clip(typeof received === 'string' ? `'${received}'` : String(received));
  return usageError('BAD_SKYMAP', `expected ${expected} for ${name} of the skymap file, received ${shown}`);
}

const BOUNDS = {
  rings: [1, 100_000],
  raStart: [-360, 360],
  pixelScale: [1e-3, 3600],
  tractOverlap: [0, 10],
  inner: [1, 1_000_000],
} as const;

/** Checks a definition that was read as JSON; what else stands in it is left out. Throws VignetError usage BAD_SKYMAP. */
export function checkSkymap(value: unknown): SkymapConfig {
  if (typeof value !== 'object' || value === null) throw bad('a JSON object', 'the content', value);
  const given = value as Partial<Record<string, unknown>>;
  const { name } = given;
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.+-]{0,127}$/.test(name))
    throw bad("letters, digits, '.', '_', '+' and '-'", 'name', name);
  const numbers = Object.entries(BOUNDS).map(([key, [min, max]]) => {
    const number = given[key];
    const whole = key === 'rings' || key === 'inner';
    if (
      typeof number !== 'number' ||
      !(number >= min && number <= max) ||
      (whole && !Number.isInteger(number))
    )
      throw bad(`a ${whole ? 'whole ' : ''}number from ${min} to ${max}`, key, number);
    return [key, number];
  });
  return { name, ...(Object.fromEntries(numbers) as Omit<SkymapConfig, 'name'>) };
}
