// How often a cutout crosses into the addon: counted where the engine works in the caller.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../src/addon/addon.ts';
import { parsePos } from '../../src/index.ts';
import { planCutout } from '../../src/products/cutout/cutout.ts';
import { engineOf, type Simulated, simulated } from './support.ts';

const calls: string[] = [];
const image: Simulated = await simulated(0.3);
const { versions: _, ...all } = native;
for (const [name, call] of Object.entries(all)) {
  Object.assign(native, {
    [name]: (...args: unknown[]) => {
      calls.push(name);
      return Reflect.apply(call, native, args);
    },
  });
}
afterAll(() => void Object.assign(native, all));
beforeEach(() => {
  calls.length = 0;
});

const { center } = image.info;
const [lon = 0, lat = 0] = center ?? [];
const deps = () => ({ engine: engineOf({ threads: 0 }), dataset: image.dataset, software: 'Vignet test' });

describe('a plan is one call', () => {
  const box = { x0: 10, y0: 20, x1: 40, y1: 60 };
  it.each([
    ['of a circle', { stencil: parsePos(`CIRCLE ${lon} ${lat} 0.002`) }],
    ['of a range', { stencil: parsePos(`RANGE ${lon - 0.01} ${lon + 0.01} ${lat - 0.01} ${lat + 0.01}`) }],
    [
      'of a polygon',
      { stencil: parsePos(`POLYGON ${lon} ${lat} ${lon + 0.01} ${lat} ${lon} ${lat + 0.01}`) },
    ],
    ['of a box', { box }],
    ['of the whole image', {}],
    ['of a circle elsewhere', { stencil: parsePos(`CIRCLE ${lon} ${-lat - 30} 0.002`) }],
  ])('%s', async (_, request) => {
    const cutout = await planCutout(deps(), { ...request, detail: 'MaskedImage' });
    expect(calls).toEqual(['planCutout']);
    if ('box' in request) expect(cutout?.box).toEqual(box);
  });
});

it('pixels cost one call for each window', async () => {
  const cutout = await planCutout(deps(), { detail: 'MaskedImage' });
  await cutout?.bytes();
  const fills = calls.filter((name) => name !== 'planCutout' && name !== 'discard');
  expect(new Set(fills)).toEqual(new Set(['fillCutout']));
  expect(fills.length).toBeGreaterThan(1);
});
