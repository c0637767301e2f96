/** The point spread function, pixel response included: a sum of round Gaussians with a core and ever wider wings. */
const WEIGHTS = [0.8, 0.15, 0.04, 0.01];
const RATIOS = [1, 2, 5, 14];

/** Half width at half maximum in units of the core's sigma. */
const HALF_WIDTH = ((): number => {
  const height = (r: number): number =>
    WEIGHTS.reduce(
      (sum, w, k) =>
        sum + (w / (RATIOS[k] as number) ** 2) * Math.exp(-0.5 * (r / (RATIOS[k] as number)) ** 2),
      0,
    );
  let [low, high] = [0, 3];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (height(middle) > height(0) / 2) low = middle;
    else high = middle;
  }
  return low;
})();

/** Fractions of the flux and sigmas in pixels for a full width at half maximum in pixels. */
export function psfOf(fwhm: number): { weights: number[]; sigmas: number[] } {
  const core = fwhm / 2 / HALF_WIDTH;
  return { weights: [...WEIGHTS], sigmas: RATIOS.map((ratio) => ratio * core) };
}
