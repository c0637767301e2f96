/** Times at the barycentre of the solar system: when light of a direction that was seen on Earth passed there. */
import { LRUCache } from 'lru-cache';
import { distance, latitude, longitude, type Series, sun } from './earth-series.ts';
import { mjdUtc } from './time.ts';

/** Seconds that light takes for one astronomical unit (IAU 2012 au, exact c). */
const AU_SECONDS = 499.00478383615643;
/** Obliquity of the ecliptic at J2000 (IAU 2006), and its rotation to the equator. */
const OBLIQUITY = ((84381.406 / 3600) * Math.PI) / 180;
const J2000_MJD = 51_544.5;
const DAY = 86_400;
const TT_MINUS_TAI = 32.184;
const LIGHT_KM = 299_792.458;
/** MJD where the series hold. */
const FIRST = 44_239;
const LAST = 77_476;

type Vector = readonly [number, number, number];

function sumOf({ poly, terms }: Series, t: number): number {
  let sum = 0;
  for (let p = poly.length - 1; p >= 0; p--) sum = sum * t + (poly[p] ?? 0);
  for (const term of terms) {
    const angle = (term[0] ?? 0) * t;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    for (let n = 1, power = 1; n < term.length; n += 2, power *= t)
      sum += power * ((term[n] ?? 0) * cos + (term[n + 1] ?? 0) * sin);
  }
  return sum;
}

/** The Earth's centre from the barycentre, ICRS axes, light seconds. `mjd`: TT. */
function earth(mjd: number): Vector {
  const t = (mjd - J2000_MJD) / 36_525;
  const [l, b, r] = [sumOf(longitude, t), sumOf(latitude, t), sumOf(distance, t)];
  const x = r * Math.cos(b) * Math.cos(l) + sumOf(sun[0], t);
  const y = r * Math.cos(b) * Math.sin(l) + sumOf(sun[1], t);
  const z = r * Math.sin(b) + sumOf(sun[2], t);
  const [cos, sin] = [Math.cos(OBLIQUITY), Math.sin(OBLIQUITY)];
  return [AU_SECONDS * x, AU_SECONDS * (y * cos - z * sin), AU_SECONDS * (y * sin + z * cos)];
}

/**
 * A telescope from the Earth's centre, light seconds, on axes of date: WGS84 to the Earth's rotation angle (IERS 2010, 5.14) with
 * UT1 taken as UTC; precession and polar motion would move it by less than 0.2 ms.
 */
function observer([lon, lat, height]: Vector, utc: number): Vector {
  const phi = (lat * Math.PI) / 180;
  const flat = 1 / 298.257223563;
  const e2 = flat * (2 - flat);
  const n = 6378.137 / Math.sqrt(1 - e2 * Math.sin(phi) ** 2);
  const across = ((n + height / 1000) * Math.cos(phi)) / LIGHT_KM;
  const along = ((n * (1 - e2) + height / 1000) * Math.sin(phi)) / LIGHT_KM;
  const days = utc - J2000_MJD;
  const rotations = 0.779057273264 + 0.00273781191135448 * days + (days % 1);
  const angle = 2 * Math.PI * rotations + (lon * Math.PI) / 180;
  return [across * Math.cos(angle), across * Math.sin(angle), along];
}

/** TDB - TT in seconds, right to 0.1 ms (Astronomical Almanac). */
function tdbMinusTt(mjd: number): number {
  const g = ((357.53 + 0.98560028 * (mjd - J2000_MJD)) * Math.PI) / 180;
  const l = ((246.11 + 0.90251792 * (mjd - J2000_MJD)) * Math.PI) / 180;
  return 0.001657 * Math.sin(g) + 0.000022 * Math.sin(l);
}

/** Where observers were lately: the detectors of an exposure share its middle, and the objects of a field its exposures. */
const places = new LRUCache<number, { readonly site: Vector | null; readonly at: Vector }>({ max: 20_000 });

/** From the barycentre, ICRS axes, light seconds. */
function placeAt(tai: number, site: Vector | null): Vector {
  const known = places.get(tai);
  if (known && [0, 1, 2].every((n) => known.site?.[n] === site?.[n])) return known.at;
  const [x, y, z] = earth(tai + TT_MINUS_TAI / DAY);
  const [dx, dy, dz] = site ? observer(site, mjdUtcOfTai(tai)) : [0, 0, 0];
  const at: Vector = [x + dx, y + dy, z + dz];
  places.set(tai, { site, at });
  return at;
}

/**
 * BJD_TDB of an exposure's middle: the Julian date in TDB at which its light, a plane wave from (`ra`, `dec`), passed the barycentre.
 * Within 10 ms of astropy's light_travel_time with its builtin ephemeris, and a double of such a size resolves 0.04 ms.
 * @param tai MJD
 * @param site degrees east, degrees north, metres; without it the Earth's centre is used, which may be wrong by 21 ms
 * @returns undefined outside 1980 to 2070
 */
export function bjdTdb(tai: number, ra: number, dec: number, site: Vector | null): number | undefined {
  if (!(tai > FIRST && tai < LAST)) return undefined;
  const tt = tai + TT_MINUS_TAI / DAY;
  const [a, d] = [(ra * Math.PI) / 180, (dec * Math.PI) / 180];
  const towards: Vector = [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
  const [x, y, z] = placeAt(tai, site);
  const light = towards[0] * x + towards[1] * y + towards[2] * z;
  // The large days apart from the small ones, so that no digits are lost.
  const day = Math.floor(tai);
  return day + 2_400_000.5 + (tai - day + (TT_MINUS_TAI + tdbMinusTt(tt) + light) / DAY);
}

/** MJD UTC of MJD TAI. */
export function mjdUtcOfTai(tai: number): number {
  const day = Math.floor(tai);
  return mjdUtc({ day, seconds: (tai - day) * DAY }, 'TAI');
}
