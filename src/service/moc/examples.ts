/** Examples of coverage maps: of everything, and of the collection of a sample. */
import type { ServiceExample } from '../kit/index.ts';
import type { Sample } from '../ports.ts';

export function mocExamples(samples: readonly Sample[]): ServiceExample[] {
  const [sample] = samples;
  if (!sample) return [];
  const { collection, band } = sample;
  return [
    {
      kind: 'picture',
      name: 'The sky that the archive covers',
      description: 'Mollweide projection, equatorial, RA 0 in the middle.',
      parameters: [['RESPONSEFORMAT', 'svg']],
      landing: 'sky',
    },
    {
      kind: 'moc',
      name: `Coverage of ${collection ?? 'the archive'}${band ? ` in ${band}` : ''}`,
      description: 'A FITS file that Aladin, TOPCAT and mocpy read.',
      parameters: [
        ...(collection ? ([['COLLECTION', collection]] as const) : []),
        ...(band ? ([['BAND', band]] as const) : []),
      ],
    },
  ];
}
