/** TAN and TAN-SIP coordinates, both ways, and as FITS cards. */
import { type Card, integer, real, text } from '../fits/cards.ts';
import { evaluate, fitPolynomial, type Polynomial, powers } from './polynomial.ts';
import { deproject, project, type SkyPoint } from './sphere.ts';

/** Pixels are 0-based with integers at their centres; `crpix` is FITS's (1-based); `cd` in degrees, row-major. */
export interface TanSip {
  readonly crpix: readonly [number, number];
  readonly crval: SkyPoint;
  readonly cd: readonly [number, number, number, number];
  /** SIP of order 3, forwards, in u = x - CRPIX; and its inverse of order 4. */
  readonly sip?: {
    readonly a: Polynomial;
    readonly b: Polynomial;
    readonly ap: Polynomial;
    readonly bp: Polynomial;
  };
}

export function toSky(wcs: TanSip, x: number, y: number): SkyPoint {
  let u = x + 1 - wcs.crpix[0];
  let v = y + 1 - wcs.crpix[1];
  if (wcs.sip) [u, v] = [u + evaluate(wcs.sip.a, u, v), v + evaluate(wcs.sip.b, u, v)];
  return deproject(wcs.crval, wcs.cd[0] * u + wcs.cd[1] * v, wcs.cd[2] * u + wcs.cd[3] * v);
}

/** The exact inverse of `toSky` (by iteration, not by AP and BP); NaN on the other hemisphere. */
export function toPixel(wcs: TanSip, point: SkyPoint): [number, number] {
  const [east, north] = project(wcs.crval, point);
  const [a, b, c, d] = wcs.cd;
  const det = a * d - b * c;
  const f = (d * east - b * north) / det;
  const g = (a * north - c * east) / det;
  let [u, v] = [f, g];
  if (wcs.sip) {
    for (let i = 0; i < 30; i++) {
      const [nu, nv] = [f - evaluate(wcs.sip.a, u, v), g - evaluate(wcs.sip.b, u, v)];
      const moved = Math.abs(nu - u) + Math.abs(nv - v);
      [u, v] = [nu, nv];
      if (!(moved > 1e-11)) break;
    }
  }
  return [u + wcs.crpix[0] - 1, v + wcs.crpix[1] - 1];
}

/** The inverse polynomials of a distortion over an image, by least squares on a grid that covers it. */
export function invertSip(
  a: Polynomial,
  b: Polynomial,
  crpix: readonly [number, number],
  width: number,
  height: number,
): { ap: Polynomial; bp: Polynomial } {
  const points: [number, number][] = [];
  const du: number[] = [];
  const dv: number[] = [];
  const steps = 14;
  for (let j = 0; j <= steps; j++) {
    for (let i = 0; i <= steps; i++) {
      const u = 0.5 + (width * i) / steps - crpix[0];
      const v = 0.5 + (height * j) / steps - crpix[1];
      const [fu, fv] = [u + evaluate(a, u, v), v + evaluate(b, u, v)];
      points.push([fu, fv]);
      du.push(u - fu);
      dv.push(v - fv);
    }
  }
  const unit = Math.max(width, height) / 2;
  return {
    ap: fitPolynomial(points, du, powers(0, 4), unit),
    bp: fitPolynomial(points, dv, powers(0, 4), unit),
  };
}

/** The cards of the celestial WCS, as afw orders them. */
export function wcsCards(wcs: TanSip): Card[] {
  const kind = wcs.sip ? 'TAN-SIP' : 'TAN';
  const cards: Card[] = [
    integer('WCSAXES', 2, 'Number of WCS axes'),
    real('CRPIX1', wcs.crpix[0], 'Reference pixel on axis 1'),
    real('CRPIX2', wcs.crpix[1], 'Reference pixel on axis 2'),
    real('CRVAL1', wcs.crval.ra, 'Value at ref. pixel on axis 1'),
    real('CRVAL2', wcs.crval.dec, 'Value at ref. pixel on axis 2'),
    text('CTYPE1', `RA---${kind}`, 'Type of co-ordinate on axis 1'),
    text('CTYPE2', `DEC--${kind}`, 'Type of co-ordinate on axis 2'),
    text('CUNIT1', 'deg', 'Unit of axis 1'),
    text('CUNIT2', 'deg', 'Unit of axis 2'),
  ];
  for (const [i, name] of ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].entries()) {
    cards.push(real(name, wcs.cd[i] ?? 0, 'Transformation matrix element'));
  }
  cards.push(text('RADESYS', 'ICRS', 'Reference frame for RA/DEC values'));
  if (!wcs.sip) return cards;
  for (const [name, order, polynomial] of [
    ['A', 3, wcs.sip.a],
    ['B', 3, wcs.sip.b],
    ['AP', 4, wcs.sip.ap],
    ['BP', 4, wcs.sip.bp],
  ] as const) {
    cards.push(integer(`${name}_ORDER`, order, 'SIP order'));
    for (const term of polynomial) {
      if (term.value !== 0) cards.push(real(`${name}_${term.p}_${term.q}`, term.value));
    }
  }
  return cards;
}

/** The parent frame: `LTVn` and the alternate "A" WCS that say at which parent pixel the array begins. */
export function parentCards(x0: number, y0: number): Card[] {
  return [
    real('LTV1', -x0),
    real('LTV2', -y0),
    text('CTYPE1A', 'LINEAR', 'Type of projection'),
    text('CTYPE2A', 'LINEAR', 'Type of projection'),
    real('CRPIX1A', 1, 'Column Pixel Coordinate of Reference'),
    real('CRPIX2A', 1, 'Row Pixel Coordinate of Reference'),
    real('CRVAL1A', x0, 'Column pixel of Reference Pixel'),
    real('CRVAL2A', y0, 'Row pixel of Reference Pixel'),
    text('CUNIT1A', 'PIXEL', 'Column unit'),
    text('CUNIT2A', 'PIXEL', 'Row unit'),
  ];
}
