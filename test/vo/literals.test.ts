// DALI's literals: what is printed reads back the same, and nothing a client can send breaks a parser.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, parseId } from '../../src/base/dataset-id.ts';
import { VignetError } from '../../src/base/errors.ts';
import { untilDone } from '../../src/base/steps.ts';
import { parseInterval, parseNumbers, printNumber, printNumbers } from '../../src/vo/dali/numbers.ts';
import { readSteps } from '../../src/vo/dali/parameter.ts';
import { parseFormat } from '../../src/vo/dali/response-format.ts';
import { parseCircle, parsePolygon, parsePos, printStencil } from '../../src/vo/dali/stencils.ts';
import { sodaList } from '../../src/vo/soda/parameters.ts';
import { parseSodaSync } from '../../src/vo/soda/request.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const lon = fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }).map((value) => value + 0);
const lat = fc.double({ min: -90, max: 90, noNaN: true }).map((value) => (value === 0 ? 0 : value));
const spaces = fc.stringMatching(/^[ \t]{1,4}$/);

/** Runs, and lets only VignetError usage through. */
function onlyUsageErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof VignetError) || error.kind !== 'usage') throw error;
    expect(error.message.length).toBeLessThan(900);
  }
}

describe('numbers', () => {
  it('read back as the same doubles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(finite, fc.constantFrom(Infinity, -Infinity)), { minLength: 1, maxLength: 8 }),
        spaces,
        (values, gap) => {
          const wanted = values.map((value) => (value === 0 ? 0 : value));
          expect(parseNumbers('X', `${gap}${wanted.map(printNumber).join(gap)}${gap}`, 'x')).toEqual(wanted);
        },
      ),
    );
  });

  it.each(['Inf', '+Inf', ' Inf', 'inf', '+INF', 'Infinity'])('take %j as infinity', (text) => {
    expect(parseNumbers('X', text, 'x')).toEqual([Infinity]);
  });

  it.each(['1', '+1', '1.', '1e0', '01', '1.0E+00'])('take %j as one', (text) => {
    expect(parseNumbers('X', text, 'x')).toEqual([1]);
  });

  it.each(['1_0', '0x1', '1e', '.', '1,2', '٣', '1d0', '--1', 'infin', 'e5'])('refuse %j', (text) => {
    expect(() => parseNumbers('X', text, 'x')).toThrow(/is not a number/);
  });
});

describe('intervals', () => {
  it('read back the same', () => {
    const end = fc
      .oneof(finite, fc.constantFrom(Infinity, -Infinity))
      .map((value) => (value === 0 ? 0 : value));
    fc.assert(
      fc.property(end, end, (a, b) => {
        const [min, max] = a <= b ? [a, b] : [b, a];
        expect(parseInterval('BAND', printNumbers([min, max]), 'm')).toEqual({ min, max });
      }),
    );
  });

  it('take one number as both ends', () => {
    expect(parseInterval('BAND', '550e-9', 'm')).toEqual({ min: 550e-9, max: 550e-9 });
  });

  it('take a raw +Inf, whose plus became a space', () => {
    const [[, value] = ['', '']] = [...new URLSearchParams('BAND=500e-9 +Inf')];
    expect(parseInterval('BAND', value, 'm')).toEqual({ min: 500e-9, max: Infinity });
  });
});

describe('stencils', () => {
  it('read back the same', () => {
    const circle = fc.tuple(lon, lat, fc.double({ min: 1e-12, max: 180, noNaN: true }));
    const range = fc.tuple(lon, lon, lat, lat).map(([a, b, c, d]) => [a, b, Math.min(c, d), Math.max(c, d)]);
    const polygon = fc
      .array(fc.tuple(lon, lat), { minLength: 3, maxLength: 12 })
      .map((points) => points.flat());
    const any = fc.oneof(
      circle.map((values) => ({ shape: 'circle' as const, values })),
      range.map((values) => ({ shape: 'range' as const, values })),
      polygon
        .filter((values) => values[0] !== values.at(-2) || values[1] !== values.at(-1))
        .map((values) => ({ shape: 'polygon' as const, values })),
    );
    fc.assert(
      fc.property(any, (stencil) => {
        const once = parsePos(printStencil(stencil));
        expect(parsePos(printStencil(once))).toEqual(once);
        if (stencil.shape !== 'range') expect(once).toEqual(stencil);
      }),
    );
  });

  it('reduce longitudes, so that one place has one name', () => {
    expect(parseCircle('362 1 2').values).toEqual([2, 1, 2]);
    expect(parseCircle('-358 1 2').values).toEqual([2, 1, 2]);
    expect(parseCircle('-0 -0 2').values).toEqual([0, 0, 2]);
    expect(parsePolygon('-1 0 361 0 0 1').values).toEqual([359, 0, 1, 0, 0, 1]);
  });

  it('drop the vertex that closes a polygon', () => {
    expect(parsePolygon('0 0 1 0 1 1 0 0').values).toEqual([0, 0, 1, 0, 1, 1]);
  });

  it.each([
    ['RANGE 359 1 -1 1', [359, 1, -1, 1]],
    ['RANGE -1 1 -1 1', [359, 1, -1, 1]],
    ['RANGE 0 360 -1 1', [-Infinity, Infinity, -1, 1]],
    ['RANGE -180 180 -1 1', [-Infinity, Infinity, -1, 1]],
    ['RANGE -Inf +Inf 30 +Inf', [-Infinity, Infinity, 30, 90]],
    ['RANGE -Inf 10 -Inf 1', [0, 10, -90, 1]],
    ['RANGE 300 Inf 0 1', [300, 360, 0, 1]],
    ['RANGE 300 360 0 1', [300, 360, 0, 1]],
    ['RANGE 5 5 0 0', [5, 5, 0, 0]],
  ])('%s', (text, values) => {
    expect(parsePos(text)).toEqual({ shape: 'range', values });
  });

  it('take keywords in any case', () => {
    expect(parsePos(' circle  1 2\t3 ')).toEqual({ shape: 'circle', values: [1, 2, 3] });
  });
});

describe('dataset IDs', () => {
  it('read back the same', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/), (uuid, repo) => {
        expect(parseId(formatId('a.b', 'c', { repo, uuid }))).toMatchObject({ uuid, repo });
        expect(parseId(`butler://${repo}/${uuid.toUpperCase()}`)).toMatchObject({ uuid, repo });
      }),
    );
  });

  it('compare scheme, keys, label and UUID without regard to case', () => {
    const uuid = '0b3f5a52-8c1d-5e2a-9f66-2f0e6b1f7a10';
    expect(parseId(`IVO://A.B/c?ID=${uuid.toUpperCase()}&Repo=DP1`)).toMatchObject({
      uuid,
      repo: 'dp1',
    });
  });
});

describe('RESPONSEFORMAT', () => {
  it.each([
    ['application/fits', 'fits'],
    ['Application/FITS', 'fits'],
    [' image/png ', 'png'],
    ['image/jpeg', 'jpeg'],
    ['image/webp', 'webp'],
    ['PNG', 'png'],
  ])('%s', (text, format) => {
    expect(parseFormat(text)).toBe(format);
  });
});

describe('whatever is sent', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          'CIRCLE',
          'RANGE',
          'POLYGON',
          ' ',
          '1',
          '-90',
          'NaN',
          '+Inf',
          'e',
          '.',
          'ivo://',
          '?',
          '&id=',
          '%',
          '\u0000',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  it('each parameter gives a value or a usage error', () => {
    for (const parameter of sodaList) {
      fc.assert(
        fc.property(text, (value) => onlyUsageErrors(() => untilDone(readSteps(parameter, value)))),
        { numRuns: 300 },
      );
    }
  });

  it('a whole request gives a request or a usage error', () => {
    const name = fc.oneof(fc.constantFrom(...sodaList.map((one) => one.name), 'id', 'Repo'), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 8 }), (pairs) =>
        onlyUsageErrors(() => parseSodaSync(pairs)),
      ),
      { numRuns: 500 },
    );
  });

  it('every declared example is right', () => {
    for (const parameter of sodaList)
      expect(() => untilDone(readSteps(parameter, parameter.example)), parameter.name).not.toThrow();
  });
});
