/** Examples of stacks: every observation of the centre of a sample. */
import type { Pairs } from '../../vo/dali/parameter.ts';
import type { ServiceExample } from '../kit/index.ts';
import type { Sample } from '../ports.ts';

export function stackExamples(samples: readonly Sample[]): ServiceExample[] {
  return samples.slice(0, 3).flatMap(({ lon, lat, collection, label }) => {
    const place: Pairs = [
      ['RA', String(lon)],
      ['DEC', String(lat)],
    ];
    const from: Pairs = collection ? [['COLLECTION', collection]] : [];
    const one = (kind: string, name: string, more: Pairs): ServiceExample => ({
      kind,
      name: `${name} at ${lon} ${lat}`,
      description: `Every observation of the centre of ${label}.`,
      parameters: [...place, ...from, ...more],
    });
    return [
      one('stack', 'Stamps', []),
      one('masked', 'Stamps with mask and variance, in nJy', [
        ['CUTOUTDETAIL', 'MaskedImage'],
        ['UNIT', 'nJy'],
      ]),
      one('rows', 'Rows without pixels', [['RESPONSEFORMAT', 'votable']]),
      one('cube', 'Cube on a common grid', [['RESPONSEFORMAT', 'cube']]),
      one('film', 'Animation', [['RESPONSEFORMAT', 'webp']]),
      one('sheet', 'Contact sheet', [['RESPONSEFORMAT', 'png']]),
    ];
  });
}
