// Units and their conversion. Oracle: astropy.units, format vounit; 1e-12 of the factor.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { conversion, unitOf } from '../../src/astronomy/units.ts';

const PAIRS = [
  ...[
    ['deg', 'arcsec'],
    ['deg', 'rad'],
    ['arcsec', 'mas'],
    ['arcmin', 'deg'],
    ['deg**2', 'sr'],
    ['arcsec', 'uarcsec'],
  ],
  ...[
    ['d', 's'],
    ['s', 'h'],
    ['min', 'd'],
    ['yr', 'd'],
    ['a', 's'],
    ['ms', 's'],
    ['Myr', 'd'],
  ],
  ...[
    ['m', 'nm'],
    ['m', 'Angstrom'],
    ['m', 'um'],
    ['pc', 'AU'],
    ['km.s**-1', 'm/s'],
    ['km/s', 'AU/yr'],
  ],
  ...[
    ['J', 'eV'],
    ['erg/s', 'W'],
    ['Jy', 'erg.s**-1.m**-2.Hz**-1'],
    ['mJy', 'nJy'],
    ['Pa', 'N/m**2'],
    ['kbyte', 'byte'],
  ],
  ...[
    ['MHz', 'Hz'],
    ['K', 'mK'],
    ['mag', 'mmag'],
    ['g', 'kg'],
    ['V', 'W/A'],
    ['dam', 'm'],
    ['m/s/s', 'm'],
    ['deg', 'm'],
  ],
  ...[
    ['adu', 'ct'],
    ['foo', 'deg'],
    ['deg', 'kdog'],
    ['', 'deg'],
    ['pixel', 'pixel'],
    ['photon/s', 'ph/min'],
  ],
] as const;

const script = `
import json, sys, warnings
warnings.simplefilter('ignore')
import astropy.units as u
out = []
for a, b in json.load(sys.stdin):
    try: out.append(u.Unit(a, format='vounit').to(u.Unit(b, format='vounit')) if a else None)
    except Exception: out.append(None)
json.dump(out, sys.stdout)
`;

it('units convert as those of astropy, or are none', () => {
  const options = { input: JSON.stringify(PAIRS), encoding: 'utf8' } as const;
  const theirs = JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], options)) as (number | null)[];
  for (const [at, [a, b]] of PAIRS.entries()) {
    const [from, to] = [unitOf(a), unitOf(b)];
    const ours = from && to && conversion(from, to);
    const factor = theirs[at] ?? null;
    if (factor === null) expect(ours, `${a} to ${b}`).toBeUndefined();
    else expect(ours, `${a} to ${b}`).toSatisfy((value) => Math.abs(Number(value) / factor - 1) < 1e-12);
  }
  expect(theirs.filter((one) => one !== null).length).toBeGreaterThan(25);
});
