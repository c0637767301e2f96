/** Parameters that several protocols of the IVOA have in common. */
import { type DatasetKey, parseId } from '../../base/dataset-id.ts';
import { interval, plainText } from './declare.ts';
import { type Interval, parseInterval } from './numbers.ts';
import { oneOf, type Parameter } from './parameter.ts';

/** ObsCore 1.1, table 4. */
export const polarizations = 'I Q U V RR LL RL LR XX YY XY YX POLI POLA'.split(' ');

export const id: Parameter<DatasetKey> = {
  name: 'ID',
  ucd: 'meta.ref.url;meta.curation',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'required',
  maxLength: 1024,
  description:
    'Publisher dataset identifier, percent-encoded: ivo://authority/path?repo=LABEL&id=UUID (or butler://LABEL/UUID).',
  example: 'ivo://example.org/vignet?repo=sample&id=00000000-0000-5000-8000-000000000000',
  parse: parseId,
};

/** A band by its name, or an interval of wavelengths in metres. */
export type BandChoice = string | Interval;

/** `r`, `r_57`, `HSC-R`, or an interval: a name begins with a letter. */
export function parseBand(text: string): BandChoice {
  const word = text.trim();
  const isName = /^[A-Za-z][\w.-]{0,15}$/.test(word) && !/^(?:inf|nan)/i.test(word);
  return isName ? word : parseInterval('BAND', text, 'metres');
}

/** SODA's interval. A name is ours: SODA 1.0 leaves values that are no interval to errors. */
export const band: Parameter<BandChoice> = {
  ...interval(
    {
      name: 'BAND',
      ucd: 'em.wl;stat.interval',
      unit: 'm',
      description:
        'Wavelength interval in metres, vacuum, barycentric; a single number is both ends. Or, as an extension, the name of a band (r) or of a filter as the files name it (r_57). Images that do not overlap it, or are of another, give 204. Of a cube an interval cuts the channels that overlap or touch it.',
      example: '551e-9 689e-9',
    },
    'metres',
  ),
  parse: parseBand,
};

export const time: Parameter<Interval> = interval(
  {
    name: 'TIME',
    ucd: 'time.interval;obs.exposure',
    unit: 'd',
    description:
      'Time interval in MJD, UTC. Images that do not overlap it give 204. A single number is both ends.',
    example: '60000 60001.5',
  },
  'days of MJD UTC',
);

export const pol: Parameter<string> = {
  name: 'POL',
  ucd: 'meta.code;phys.polarization',
  datatype: 'char',
  arraysize: '*',
  multiplicity: 'many',
  values: polarizations,
  maxLength: 64,
  description:
    'Polarization state; can be repeated. Images with none of them give 204. Of a cube these states are cut.',
  example: 'I',
  parse: oneOf('POL', polarizations),
};

export const runId: Parameter<string> = {
  name: 'RUNID',
  datatype: 'char',
  arraysize: '64*',
  multiplicity: 'optional',
  maxLength: 64,
  description: "The client's own name for this request, kept in the log; at most 64 characters.",
  example: 'my-run-7',
  parse: (text) => plainText('RUNID', text),
};
