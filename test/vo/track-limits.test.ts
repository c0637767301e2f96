// The limit of a TRACK is known before the rest of it is read, and a table is read in pieces between which others have their turn. Counted:
// characters that are read, steps that are made; no clock. Oracle: the limits as declared (docs/stacks.md).
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inTurns } from '../../src/base/steps.ts';
import { parseStack, stackSteps } from '../../src/vo/stack/request.ts';
import { maxTrackPoints } from '../../src/vo/stack/track.ts';
import { turnsWhile } from '../support/turns.ts';

const read = vi.hoisted(() => ({ characters: 0 }));
vi.mock('saxes', async (original) => {
  const { SaxesParser } = await original<typeof import('saxes')>();
  class Counting extends SaxesParser {
    override write(chunk: string | null): this {
      // Null: the end.
      read.characters += chunk?.length ?? 0;
      return super.write(chunk as string) as this;
    }
  }
  return { SaxesParser: Counting };
});
afterEach(() => {
  read.characters = 0;
});

const row = (n: number) =>
  `<TR><TD>${60_000 + n * 0.01}</TD><TD>${(n % 360).toFixed(3)}</TD><TD>-3.5</TD></TR>`;
const votable = (rows: number, more = '') =>
  `<VOTABLE><RESOURCE><TABLE><FIELD name="mjd"/><FIELD name="ra"/><FIELD name="dec"/><DATA><TABLEDATA>${Array.from({ length: rows }, (_, n) => row(n)).join('')}</TABLEDATA></DATA></TABLE></RESOURCE>${more}</VOTABLE>`;
const tooMany = {
  code: 'TOO_MANY',
  message: expect.stringMatching(/at most 2000 points for TRACK \(maxTrackPoints\)/),
};

it('a VOTable whose element has very many attributes is refused when their limit is passed', () => {
  const attributes = Array.from({ length: 80_000 }, (_, n) => `a${n}=""`).join(' ');
  expect(() => parseStack([['TRACK', `<VOTABLE><TR ${attributes}/>`]])).toThrow(/more than 1000 attributes/);
  expect(read.characters).toBeLessThan(3 * 65_536);
});

describe('a VOTable as TRACK', () => {
  it('of as many rows as are allowed gives as many points', async () => {
    const pairs = [['TRACK', votable(maxTrackPoints)]] as const;
    const request = parseStack(pairs);
    expect(request.target).toMatchObject({ kind: 'track' });
    expect(request.target.kind === 'track' && request.target.points.length).toBe(maxTrackPoints);
    expect(await inTurns(stackSteps(pairs))).toEqual(request);
  });

  it('of more rows is refused at the first row too many: what is behind it is not read', async () => {
    const text = votable(20_000);
    const until = text.indexOf(row(maxTrackPoints)) + 65_536;
    expect(() => parseStack([['TRACK', text]])).toThrow(expect.objectContaining(tooMany));
    expect(read.characters).toBeLessThan(until);
    read.characters = 0;
    await expect(inTurns(stackSteps([['TRACK', text]]))).rejects.toMatchObject(tooMany);
    expect(read.characters).toBeLessThan(until);
  });

  it.each([
    ['elements', `<a>${'<b/>'.repeat(200_000)}</a>`],
    ['elements in each other', '<a>'.repeat(200_000)],
    ['cells', `<TABLE><TR>${'<TD/>'.repeat(200_000)}</TR></TABLE>`],
  ])('of very many %s is refused when their limit is passed', (_, inner) => {
    expect(() => parseStack([['TRACK', `<VOTABLE>${inner}`]])).toThrow(/more than 50000 elements/);
    expect(read.characters).toBeLessThan(50_000 * 5 + 2 * 65_536);
  });

  it('is read in pieces of 16 KiB: others have a turn between them', async () => {
    const text = votable(100, `<!-- ${'x'.repeat(1_000_000)} -->`);
    const turns = await turnsWhile(inTurns(stackSteps([['TRACK', text]])));
    expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 16_384) - 1);
  });
});

it('more points than are allowed, one a value, are refused before one of them is read', () => {
  // The first is wrong: it would be said if it were looked at.
  const pairs = [
    ['TRACK', 'x'],
    ...Array.from({ length: maxTrackPoints }, () => ['TRACK', '60000 1 1'] as const),
  ] as const;
  expect(() => parseStack(pairs.map(([name, value]) => [name, value] as const))).toThrow(
    expect.objectContaining({ code: 'TOO_MANY', message: expect.stringContaining('received 2001') }),
  );
});

it('tables that together have too many points are refused at the one that is too many', () => {
  const pairs = Array.from({ length: 10 }, () => ['TRACK', votable(1500)] as const);
  expect(() => parseStack(pairs)).toThrow(expect.objectContaining(tooMany));
  expect(read.characters).toBeLessThanOrEqual(2 * votable(1500).length);
});
