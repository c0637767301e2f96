/** Observing times: MJD in TAI, the Earth's rotation, and where a target stands above Cerro Pachon. */
import { UNIX_EPOCH_MJD } from '../astronomy/time.ts';
import { DEGREE, type SkyPoint } from './sphere.ts';

/** East longitude and latitude in degrees, height in metres. */
export const SITE = { longitude: -70.749417, latitude: -30.244639, elevation: 2663 } as const;

/** TAI minus UTC in seconds, since 2017. */
export const TAI_MINUS_UTC = 37;

/** MJD (TAI) as an ISO date with nine digits of the second. */
export function isoOf(mjd: number): string {
  const day = Math.floor(mjd);
  const nanoseconds =
    BigInt(Math.round((mjd - day) * 86400e6)) * 1000n + BigInt(day - UNIX_EPOCH_MJD) * 86400_000_000_000n;
  const whole = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}

/** The observing day, YYYYMMDD, which begins at noon UTC. */
export function dayObsOf(mjdTai: number): number {
  return Number(
    isoOf(mjdTai - TAI_MINUS_UTC / 86400 - 0.5)
      .slice(0, 10)
      .replaceAll('-', ''),
  );
}

/** Earth rotation angle in degrees, UT1 taken as UTC. */
export function earthRotation(mjdTai: number): number {
  const days = mjdTai - TAI_MINUS_UTC / 86400 - 51544.5;
  const rotations = 0.779057273264 + 0.00273781191135448 * days + (days % 1);
  return (((rotations % 1) + 1) % 1) * 360;
}

export interface Horizontal {
  readonly azimuth: number;
  readonly altitude: number;
}

/** Azimuth (north 0, east 90) and altitude in degrees, without precession or refraction. */
export function horizontal(target: SkyPoint, mjdTai: number): Horizontal {
  const hour = (earthRotation(mjdTai) + SITE.longitude - target.ra) * DEGREE;
  const dec = target.dec * DEGREE;
  const lat = SITE.latitude * DEGREE;
  const up = Math.sin(lat) * Math.sin(dec) + Math.cos(lat) * Math.cos(dec) * Math.cos(hour);
  const north = Math.cos(lat) * Math.sin(dec) - Math.sin(lat) * Math.cos(dec) * Math.cos(hour);
  const east = -Math.cos(dec) * Math.sin(hour);
  const azimuth = (((Math.atan2(east, north) / DEGREE) % 360) + 360) % 360;
  return { azimuth, altitude: Math.asin(Math.max(-1, Math.min(1, up))) / DEGREE };
}
