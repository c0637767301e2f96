/** What a BUNIT says about resampling: whether its pixels are sums over their area, values per area, or not linear. */

/**
 * `flux`: per pixel, so that a pixel of another size has another value. `brightness`: per solid angle or beam, or a temperature.
 * `logarithmic`: magnitudes, dex, decibels. `unknown`: anything else; it is never guessed.
 */
export type PixelUnitKind = 'flux' | 'brightness' | 'logarithmic' | 'unknown';

const logarithms = /(^|[^a-z])((ab|st|vega|m)?mag(nitude)?s?|log|log10|ln|dex|db)([^a-z]|$)/i;

/** Of the words of a unit, in lower case. Prefixes make no difference here. */
const classes = [
  ['flux', /^(nano|micro|milli|kilo|mega|[nuµmkpf])?_?(jy|janskys?|maggy|maggies|mgy|ergs?|w|watts?)$/],
  ['flux', /^[km]?(adu|dn|counts?|cts?|cps|photo_?electrons?|electrons?|el|e|photons?|ph)$/],
  ['solid', /^(sr|steradians?|beam)$/],
  ['angle', /^(arcsec|arcmin|deg|degree|rad)s?$/],
  ['pixel', /^pix(el)?s?$/],
  ['kelvin', /^[mun]?k(elvin)?(_?(cmb|rj))?$/],
  ['neutral', /^([mu]?s|secs?|seconds?|min|h|hr|hours?|yr|[kmg]?hz|[ckmnu]?m|microns?|angstroms?|ang|a)$/],
] as const;

type WordClass = (typeof classes)[number][0];

/** The powers of the classes of a unit's words; undefined where one is not known. Linear in the text. */
function powersOf(unit: string): Map<WordClass, number> | undefined {
  const tokens = unit
    .toLowerCase()
    .replace(/(?<![a-z])e-(?!\d)/g, 'electron')
    .match(/[a-zµ_]+|\d+(\.\d+)?(e[+-]?\d+)?|\*\*|\S/g);
  const powers = new Map<WordClass, number>();
  const outer: number[] = [];
  let [sign, next, at] = [1, 1, 0];
  const take = (what: RegExp) => (what.test(tokens?.[at] ?? '') ? tokens?.[at++] : undefined);
  /** The power behind a word or number: `2`, `-2`, `**2`, `^-2`, `**(-2)`. */
  const power = () => {
    const raised = take(/^(\*\*|\^)$/);
    const bracket = raised && take(/^\($/);
    const minus = take(/^[-+]$/) === '-' ? -1 : 1;
    const digits = Number(take(/^\d/) ?? 1);
    if (bracket) take(/^\)$/);
    return minus * digits;
  };
  while (tokens && at < tokens.length) {
    const word = tokens[at++] ?? '';
    if (word === '/') next = -1;
    else if (word === '(') {
      outer.push(sign);
      sign *= next;
      next = 1;
    } else if (word === ')') {
      const before = outer.pop();
      if (before === undefined) return undefined;
      sign = before;
    } else if (/^\d/.test(word)) {
      power();
      next = 1;
    } else if (!/^[*.]$/.test(word)) {
      const kind = classes.find(([, words]) => words.test(word))?.[0];
      if (!kind) return undefined;
      powers.set(kind, (powers.get(kind) ?? 0) + sign * next * power());
      next = 1;
    }
  }
  return powers;
}

/** `unit`: as BUNIT has it; null or empty where there is none. */
export function pixelUnitKind(unit: string | null): PixelUnitKind {
  if (logarithms.test(unit ?? '')) return 'logarithmic';
  const powers = powersOf(unit ?? '');
  if (!powers) return 'unknown';
  const of = (kind: WordClass) => powers.get(kind) ?? 0;
  const perArea = -of('solid') - of('angle') / 2;
  if (perArea === 1 && of('pixel') === 0) return 'brightness';
  if (perArea !== 0 || of('solid') !== 0) return 'unknown';
  if (of('kelvin') === 1 && of('flux') === 0 && of('pixel') === 0) return 'brightness';
  const perPixel = of('pixel') === 0 || of('pixel') === -1;
  return of('flux') === 1 && of('kelvin') === 0 && perPixel ? 'flux' : 'unknown';
}
