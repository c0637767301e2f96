/** Examples of SODA requests. */
import type { Example } from '../../vo/dali/examples.ts';
import type { Sample } from '../ports.ts';

type Parameters = readonly (readonly [string, string])[];

/** A sample as request parameters. */
export function sampleParameters(sample: Sample, more: Parameters = []): Parameters {
  return [['ID', sample.id], ['CIRCLE', `${sample.lon} ${sample.lat} ${sample.radius}`], ...more];
}

/** A request as a URL, every value percent-encoded. */
export function requestUrl(base: string, parameters: Parameters, service = 'cutout'): string {
  const query = parameters.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  return `${base}/api/${service}/sync?${query}`;
}

export function examplesOf(samples: readonly Sample[], base: string): Example[] {
  return samples.slice(0, 3).flatMap((sample, at) => {
    const make = (kind: string, what: string, more: Parameters): Example => {
      const parameters = sampleParameters(sample, more);
      return {
        id: `${kind}-${at + 1}`,
        name: `${what} of ${sample.label}`,
        capability: 'ivo://ivoa.net/std/SODA#sync-1.0',
        description: `A circle of ${sample.radius} degrees around ${sample.lon} ${sample.lat} (ICRS).`,
        parameters,
        url: requestUrl(base, parameters),
      };
    };
    return [
      make('image', 'The pixels', []),
      make('masked', 'Image, mask and variance', [['CUTOUTDETAIL', 'MaskedImage']]),
      make('picture', 'A picture', [['RESPONSEFORMAT', 'image/png']]),
    ];
  });
}
