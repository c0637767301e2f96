/** Examples of SODA requests. */
import type { Pairs } from '../../vo/dali/parameter.ts';
import type { ServiceExample } from '../kit/index.ts';
import type { Sample } from '../ports.ts';

export function cutoutExamples(samples: readonly Sample[]): ServiceExample[] {
  return samples.slice(0, 3).flatMap(({ id, lon, lat, radius, label }) => {
    const one = (kind: string, what: string, more: Pairs): ServiceExample => ({
      kind,
      name: `${what} of ${label}`,
      description: `A circle of ${radius} degrees around ${lon} ${lat} (ICRS).`,
      parameters: [['ID', id], ['CIRCLE', `${lon} ${lat} ${radius}`], ...more],
    });
    return [
      one('image', 'Image', []),
      {
        ...one('masked', 'Image, mask and variance', [['CUTOUTDETAIL', 'MaskedImage']]),
        landing: 'request',
      },
      { ...one('picture', 'Picture', [['RESPONSEFORMAT', 'image/png']]), landing: 'picture' },
    ];
  });
}
