/** The cards of a stack: what was asked for, what was chosen by default, what the bits and columns mean. */

import { native } from '../../addon/addon.ts';
import { ascii, type Card, comment, integer, logical, longText, real, text } from '../../fits/cards.ts';
import { printInterval } from '../../vo/dali/numbers.ts';
import type { StackPlan } from './plan.ts';

export interface Provenance {
  /** Name and version of this program. */
  readonly software: string;
}

/** Of an empty primary HDU. */
export function primaryCards({ software }: Provenance): Card[] {
  return [
    logical('SIMPLE', true, 'conforms to FITS'),
    integer('BITPIX', 8),
    integer('NAXIS', 0),
    logical('EXTEND', true),
    text('CREATOR', software.slice(0, 60), 'program that made this file'),
  ];
}

/** What the request says, each card marked when it is the default. */
export function requestCards(plan: StackPlan): Card[] {
  const { request, size, rows, overflow, grid, conserved } = plan;
  const { target, bands, times, ids } = request;
  const by = (name: string, what: string) => (request.defaulted.includes(name) ? `${what} (default)` : what);
  const band = bands.map((one) => (typeof one === 'string' ? one : printInterval(one))).join(', ');
  const where =
    target.kind === 'fixed'
      ? [
          real('RA_TARG', target.ra, '[deg] right ascension of the target, ICRS'),
          real('DEC_TARG', target.dec, '[deg] declination of the target, ICRS'),
          ...(target.radius === undefined
            ? []
            : [real('RADIUS', target.radius, '[deg] every stamp holds this circle')]),
        ]
      : [integer('TRACKPTS', target.points.length, 'points of the track of the moving target')];
  return [
    ...where,
    integer('STAMPSIZ', size, by('SIZE', '[pix] side of the stamps')),
    integer('NOBS', rows.length, 'observations'),
    ...longText('COLLECT', plan.collections.join(', '), by('COLLECTION', 'collections')),
    ...longText('DPSUBTYP', plan.types.join(', '), by('DPSUBTYPE', 'dataset types')),
    ...(plan.others === ''
      ? []
      : longText('OTHERTYP', ascii(plan.others), 'other types there, by footprint')),
    ...(bands.length > 0 ? longText('SELBAND', band, 'BAND asked for') : []),
    ...(times.length > 0 ? longText('SELTIME', plan.times, '[MJD UTC] TIME asked for') : []),
    ...(ids.length > 0 ? [integer('SELIDS', ids.length, 'IDs asked for')] : []),
    ...(request.maxRec === undefined ? [] : [integer('MAXREC', request.maxRec, 'most rows asked for')]),
    logical('OVERFLOW', overflow, 'T: there were more than MAXREC'),
    ...(plan.untimed > 0
      ? [integer('NUNTIMED', plan.untimed, 'images there whose time is not known, left out')]
      : []),
    text('ROWORDER', request.order, by('ORDER', 'order of the rows')),
    text('EDGE', request.edge ? 'any' : 'none', by('EDGE', 'any: also where only the stamp is on it')),
    text('DETAIL', request.detail, by('CUTOUTDETAIL', 'planes')),
    ...(grid
      ? [
          real(
            'PIXSCALE',
            grid.pixelScale,
            `[arcsec] pixels of the common grid${request.grid?.pixelScale === undefined ? ': median (default)' : ''}`,
          ),
          text('RESAMPLE', grid.kernel, by('RESAMPLE', 'how pixels came onto it')),
          ...(conserved ? [text('CONSERVE', conserved.what, conserved.how)] : []),
          real('POSERR', grid.positionError, '[pix] error of interpolated positions, at most'),
        ]
      : []),
    text('UNITREQ', request.unit, by('UNIT', 'unit asked for')),
    ...(plan.unit === null ? [] : [text('PIXUNIT', ascii(plan.unit).slice(0, 40), 'unit of the pixels')]),
    text('TIMESYS', 'UTC', 'of header times; columns name their own scale'),
    text('RADESYS', 'ICRS'),
  ];
}

/** MP_ cards name the bits of every mask here. */
export function maskCards({ maskNames }: StackPlan): Card[] {
  return maskNames.map((name, bit) =>
    integer(
      `MP_${ascii(name)
        .replace(/[^A-Za-z0-9_-]/g, '_')
        .toUpperCase()}`,
      bit,
    ),
  );
}

/** FLAGn: the bits of FLAGS. */
export function flagCards(): Card[] {
  return native
    .stackRecord()
    .flags.flatMap(({ name, bit, description }) => [
      text(`FLAG${Math.log2(bit)}`, name, `${bit} in FLAGS`),
      ...comment(`${name}: ${description}`),
    ]);
}
