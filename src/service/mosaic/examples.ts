/** Examples of mosaics: a circle around the centre of a coadd. */
import type { Pairs } from '../../vo/dali/parameter.ts';
import type { ServiceExample } from '../kit/index.ts';
import type { Sample } from '../ports.ts';

export function mosaicExamples(samples: readonly Sample[]): ServiceExample[] {
  const coadds = samples.filter(({ label }) => /coadd/.test(label));
  return coadds.flatMap(({ lon, lat, radius, label, band, collection }) => {
    const wide = radius * 2;
    const from: Pairs = collection ? [['COLLECTION', collection]] : [];
    const of: Pairs = band ? [['BAND', band]] : [];
    const one = (kind: string, name: string, more: Pairs): ServiceExample => ({
      kind,
      name: `${name} around ${label}`,
      description: `A circle of ${wide} degrees around ${lon} ${lat} (ICRS), from all patches that it covers.`,
      parameters: [['CIRCLE', `${lon} ${lat} ${wide}`], ...from, ...of, ...more],
    });
    return [
      one('mosaic', 'Mosaic', []),
      one('masked', 'Image, mask, variance and owners', [
        ['CUTOUTDETAIL', 'MaskedImage'],
        ['INDEX', 'true'],
      ]),
      one('plan', 'Plan', [['PLAN', 'true']]),
    ];
  });
}
