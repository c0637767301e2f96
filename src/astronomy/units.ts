/** Units as VOUnits 1.0 writes them, as far as they are sizes of something: `deg`, `km.s**-1`, `erg/s`. */

/** A size in base units, and the powers of the base units. */
export interface Unit {
  readonly factor: number;
  readonly powers: Readonly<Record<string, number>>;
}

type Powers = Readonly<Record<string, number>>;
/** Its size, what it is a size of, and whether it takes prefixes. */
type Entry = readonly [factor: number, powers: Powers, prefixed?: false];

const DEG = Math.PI / 180;
const DAY = 86_400;
const AU = 149_597_870_700;
const ENERGY = { kg: 1, m: 2, s: -2 };
const POWER = { kg: 1, m: 2, s: -3 };

const UNITS: Readonly<Record<string, Entry>> = {
  ...{ rad: [1, { rad: 1 }], deg: [DEG, { rad: 1 }], sr: [1, { rad: 2 }] },
  ...{
    arcmin: [DEG / 60, { rad: 1 }],
    arcsec: [DEG / 3600, { rad: 1 }],
    mas: [DEG / 3.6e6, { rad: 1 }, false],
  },
  ...{ s: [1, { s: 1 }], min: [60, { s: 1 }, false], h: [3600, { s: 1 }, false], d: [DAY, { s: 1 }, false] },
  ...{ a: [365.25 * DAY, { s: 1 }], yr: [365.25 * DAY, { s: 1 }], Hz: [1, { s: -1 }] },
  ...{ m: [1, { m: 1 }], AU: [AU, { m: 1 }, false], au: [AU, { m: 1 }, false] },
  ...{ pc: [(AU * 648_000) / Math.PI, { m: 1 }], Angstrom: [1e-10, { m: 1 }, false] },
  ...{ angstrom: [1e-10, { m: 1 }, false], g: [1e-3, { kg: 1 }], K: [1, { K: 1 }] },
  ...{ J: [1, ENERGY], erg: [1e-7, ENERGY, false], eV: [1.602176634e-19, ENERGY], W: [1, POWER] },
  ...{ N: [1, { kg: 1, m: 1, s: -2 }], Pa: [1, { kg: 1, m: -1, s: -2 }] },
  ...{
    A: [1, { A: 1 }],
    V: [1, { kg: 1, m: 2, s: -3, A: -1 }],
    C: [1, { A: 1, s: 1 }],
    mol: [1, { mol: 1 }],
  },
  ...{ Jy: [1e-26, { kg: 1, s: -2 }], mag: [1, { mag: 1 }] },
  ...{
    pixel: [1, { pixel: 1 }],
    pix: [1, { pixel: 1 }],
    bit: [1, { bit: 1 }],
    byte: [8, { bit: 1 }],
    B: [8, { bit: 1 }],
  },
  ...{
    ct: [1, { ct: 1 }],
    count: [1, { ct: 1 }],
    adu: [1, { adu: 1 }],
    ph: [1, { ph: 1 }],
    photon: [1, { ph: 1 }],
  },
};

const PREFIXES: Readonly<Record<string, number>> = {
  ...{ da: 1e1, h: 1e2, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Z: 1e21, Y: 1e24 },
  ...{ d: 1e-1, c: 1e-2, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18, z: 1e-21, y: 1e-24 },
};

function symbol(text: string): Entry | undefined {
  if (Object.hasOwn(UNITS, text)) return UNITS[text];
  for (const [prefix, size] of Object.entries(PREFIXES)) {
    const rest = text.slice(prefix.length);
    const entry = text.startsWith(prefix) && Object.hasOwn(UNITS, rest) ? UNITS[rest] : undefined;
    if (entry && entry[2] !== false) return [entry[0] * size, entry[1]];
  }
  return undefined;
}

/** A product of powers, all behind a slash divided by. Undefined for what is no such unit. */
export function unitOf(text: string): Unit | undefined {
  const parts = text.split('/');
  if (parts.length > 2 || text.length > 100) return undefined;
  let factor = 1;
  const powers: Record<string, number> = {};
  for (const [side, part] of parts.entries()) {
    for (const one of part.split('.')) {
      const match = /^([A-Za-z]+)(?:\*\*\(?([+-]?\d{1,2})\)?)?$/.exec(one);
      const entry = match?.[1] === undefined ? undefined : symbol(match[1]);
      if (!match || !entry) return undefined;
      const power = Number(match[2] ?? 1) * (side === 0 ? 1 : -1);
      factor *= entry[0] ** power;
      for (const [base, own] of Object.entries(entry[1])) powers[base] = (powers[base] ?? 0) + own * power;
    }
  }
  return { factor, powers: Object.fromEntries(Object.entries(powers).filter(([, power]) => power !== 0)) };
}

/** What a number in one unit is multiplied with to be in another. Undefined where they are sizes of different things. */
export function conversion(from: Unit, to: Unit): number | undefined {
  const bases = new Set([...Object.keys(from.powers), ...Object.keys(to.powers)]);
  for (const base of bases) if (from.powers[base] !== to.powers[base]) return undefined;
  return from.factor / to.factor;
}
