/** --at: a position, in degrees or sexagesimal, as every command that looks at a place takes it. */
import { Option } from 'commander';
import { usageError } from '../base/errors.ts';
import { position } from './sexagesimal.ts';

/** Degrees, of the circle that --at stands for where no other region is given. */
export const DEFAULT_RADIUS = 0.005;

type Flags = Readonly<Record<string, unknown>> & { readonly at?: string };

/** `use`: what is done at the position. */
export const atOption = (use: string) =>
  new Option('--at <position>', `"ra dec", in degrees or sexagesimal (10:00:42.3 +02:12:21): ${use}`);

/** Whether a place is given besides --at. */
export function hasRegion(flags: Flags): boolean {
  return ['circle', 'polygon', 'pos', 'box', 'ra', 'dec', 'track', 'near'].some(
    (name) => flags[name] !== undefined,
  );
}

/** The position of --at, where it is all that is asked of a place. Throws VignetError usage CONTRADICTION where there is another place too. */
export function pointOf(flags: Flags): [number, number] | undefined {
  if (flags.at === undefined) return undefined;
  if (hasRegion(flags)) throw twoPlaces();
  return position(flags.at, '--at');
}

const twoPlaces = () =>
  usageError('CONTRADICTION', 'expected one place, received --at and another; leave --at or the other out');

/** The flags with --at as a circle, or as --ra and --dec. Throws VignetError usage CONTRADICTION where there is another place too. */
export function withAt<F extends Flags>(flags: F, as: 'circle' | 'position'): F {
  if (flags.at === undefined) return flags;
  if (hasRegion(flags)) throw twoPlaces();
  const [ra, dec] = position(flags.at, '--at');
  return as === 'circle'
    ? { ...flags, circle: `${ra} ${dec} ${DEFAULT_RADIUS}` }
    : { ...flags, ra: String(ra), dec: String(dec) };
}
