/** What the addon computes of times. */

export interface TimeCalls {
  /**
   * BJD_TDB of an exposure's middle: the Julian date in TDB at which its light, a plane wave from (`ra`, `dec`; ICRS degrees), passed the
   * barycentre of the solar system, by ERFA. Undefined outside 1900 to 2100.
   * @param tai MJD
   * @param site degrees east, degrees north, metres; null: the Earth's centre, which may be wrong by 21 ms
   */
  bjdTdb(
    tai: number,
    ra: number,
    dec: number,
    site: readonly [lon: number, lat: number, height: number] | null,
  ): number | undefined;
}
