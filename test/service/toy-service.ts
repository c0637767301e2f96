// A service of its own protocol, as small as one can be: test/service/kit.test.ts asks it everything.
import { defineService } from '../../src/service/kit/index.ts';
import { number } from '../../src/vo/dali/declare.ts';
import type { Parameter } from '../../src/vo/dali/parameter.ts';
import { gather, refuseUnknown, required } from '../../src/vo/dali/values.ts';
import { votable } from '../../src/vo/dali/votable-errors.ts';

const side: Parameter<number> = {
  ...number({
    name: 'SIDE',
    bounds: { min: 0, max: 100 },
    description: 'Side of the square.',
    example: '3',
  }),
  multiplicity: 'required',
};

export const toyService = defineService({
  path: 'toy',
  aliases: ['square'],
  title: 'Areas of squares',
  summary: 'The area of a square',
  description: 'Multiplies SIDE with itself.',
  parameters: [side],
  maxParameters: 10,
  produces: ['text/csv'],
  responses: { 200: 'The area', 204: 'The square is empty' },
  errors: votable,
  parse: (pairs) => {
    const values = gather(pairs, 10);
    refuseUnknown(values, [side], (known) => `It takes ${known}`);
    return { length: required(values, side) };
  },
  log: (request) => request,
  run: async ({ length }) =>
    length === 0 ? { nothing: 'no area' } : { contentType: 'text/csv', content: `area\n${length ** 2}\n` },
  examples: () => [{ kind: 'toy', name: 'A square', description: 'Of side 3.', parameters: [['SIDE', '3']] }],
});
