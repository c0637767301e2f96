/** What SODA wants beside /sync: its capabilities, and examples. */
import type { Example } from '../../vo/examples.ts';
import { sodaCapabilities } from '../../vo/soda-capabilities.ts';
import { requestUrl, type ServiceDocuments } from '../http/documents.ts';
import type { Sample } from '../ports.ts';

type Parameters = readonly (readonly [string, string])[];

/** A sample as request parameters. */
export function sampleParameters(sample: Sample, more: Parameters = []): Parameters {
  return [['ID', sample.id], ['CIRCLE', `${sample.lon} ${sample.lat} ${sample.radius}`], ...more];
}

function examplesOf(samples: readonly Sample[], base: string): Example[] {
  return samples.flatMap((sample, at) => {
    const make = (kind: string, what: string, more: Parameters): Example => {
      const parameters = sampleParameters(sample, more);
      return {
        id: `${kind}-${at + 1}`,
        name: `${what} of ${sample.label}`,
        capability: 'ivo://ivoa.net/std/SODA#sync-1.0',
        description: `A circle of ${sample.radius} degrees around ${sample.lon} ${sample.lat} (ICRS).`,
        parameters,
        url: requestUrl(base, 'cutout', parameters),
      };
    };
    return [
      make('image', 'The pixels', []),
      make('masked', 'Image, mask and variance', [['CUTOUTDETAIL', 'MaskedImage']]),
      make('picture', 'A picture', [['RESPONSEFORMAT', 'image/png']]),
    ];
  });
}

export const cutoutDocuments: ServiceDocuments = {
  name: 'cutout',
  capabilities: async (base) => sodaCapabilities(base),
  examples: async ({ samples }, base) => examplesOf(samples.slice(0, 3), base),
};
