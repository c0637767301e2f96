/** What a survey description says; docs/surveys.md explains every part. It is data: nothing in it is run. */
import { type Static, Type } from 'typebox';

/** The name of the format of patterns. */
export const PATTERN = 'survey-pattern';

const strict = { additionalProperties: false } as const;
/** A regular expression; check.ts says what that is. */
const pattern = Type.String({ minLength: 1, maxLength: 500, format: PATTERN });
const keyword = Type.String({ minLength: 1, maxLength: 80 });
const keywords = Type.Array(keyword, { minItems: 1, maxItems: 32 });
const name = Type.String({ minLength: 1, maxLength: 80 });

/** What the pixels of a plane or file mean. */
const meaning = Type.Union([
  Type.Literal('science'),
  Type.Literal('mask'),
  Type.Literal('variance'),
  Type.Literal('weight'),
  Type.Literal('sigma'),
  Type.Literal('exposure'),
  Type.Literal('count'),
  Type.Literal('background'),
  Type.Literal('psf'),
  Type.Literal('other'),
]);

/** All that is given must hold: the file's name, values of cards, EXTNAMEs that are there. */
const condition = Type.Object(
  {
    name: Type.Optional(pattern),
    cards: Type.Optional(Type.Record(keyword, pattern)),
    extensions: Type.Optional(Type.Array(pattern, { minItems: 1, maxItems: 16 })),
  },
  strict,
);
const when = Type.Optional(condition);

const maskPlane = Type.Union([
  Type.Integer({ minimum: 0, maximum: 62 }),
  Type.Object({ bit: Type.Integer({ minimum: 0, maximum: 62 }), means: name }, strict),
]);
const scale = Type.Union([Type.Literal('UTC'), Type.Literal('TAI'), Type.Literal('TT'), Type.Literal('GPS')]);

export const surveySchema = Type.Object(
  {
    name,
    title: Type.String({ minLength: 1, maxLength: 200 }),
    /** Where the survey documents what is said here. */
    source: Type.String({ minLength: 1, maxLength: 1000 }),
    recognise: Type.Optional(Type.Array(condition, { maxItems: 32 })),
    files: Type.Optional(Type.Array(Type.Object({ is: meaning, name: pattern }, strict), { maxItems: 64 })),
    planes: Type.Optional(Type.Array(Type.Object({ is: meaning, name: pattern }, strict), { maxItems: 64 })),
    /** What planes and files that are `weight` are; without it that is not known, and nothing is made of them. */
    weights: Type.Optional(Type.Literal('inverse-variance')),
    unnamed: Type.Optional(Type.Array(meaning, { minItems: 2, maxItems: 5 })),
    mask: Type.Optional(
      Type.Array(
        Type.Object(
          {
            when,
            /** Whether a pixel holds bits, or the number of the one thing that is wrong. */
            pixels: Type.Union([Type.Literal('bits'), Type.Literal('codes')]),
            names: Type.Record(name, maskPlane),
          },
          strict,
        ),
        { maxItems: 32 },
      ),
    ),
    type: Type.Optional(Type.Array(Type.Object({ when, is: name }, strict), { maxItems: 32 })),
    instrument: Type.Optional(name),
    visit: Type.Optional(keywords),
    detector: Type.Optional(keywords),
    band: Type.Optional(
      Type.Object(
        {
          cards: Type.Optional(keywords),
          /** Where all images have the same. */
          is: Type.Optional(name),
          /** By the filter's name in full. */
          names: Type.Optional(Type.Array(Type.Object({ filter: pattern, band: name }, strict))),
          /** The part `band` of the file's name, without a card that names the filter. */
          inName: Type.Optional(pattern),
          /** First and last wavelength, nanometres. */
          wavelengths: Type.Optional(Type.Record(name, Type.Tuple([Type.Number(), Type.Number()]))),
        },
        strict,
      ),
    ),
    times: Type.Optional(
      Type.Array(
        Type.Object(
          {
            /** `start`: of the exposure, its end following from its length; `begin` and `end` go together. */
            of: Type.Union([
              Type.Literal('begin'),
              Type.Literal('end'),
              Type.Literal('middle'),
              Type.Literal('start'),
            ]),
            card: keyword,
            form: Type.Union([Type.Literal('date'), Type.Literal('MJD'), Type.Literal('JD')]),
            scale: Type.Optional(scale),
            /** Cards with the time of day of a date without one. */
            clock: Type.Optional(
              Type.Array(Type.Object({ card: keyword, scale: Type.Optional(scale) }, strict)),
            ),
          },
          strict,
        ),
        { maxItems: 64 },
      ),
    ),
    exposure: Type.Optional(
      Type.Array(Type.Object({ card: keyword, unit: Type.Optional(Type.Literal('d')) }, strict)),
    ),
    unit: Type.Optional(name),
    /** The first whose cards are there: the AB magnitude of one unit of the pixels, of their total or of a second of it. */
    zeroPoint: Type.Optional(
      Type.Array(
        Type.Object(
          {
            when,
            card: Type.Optional(keyword),
            value: Type.Optional(Type.Number()),
            error: Type.Optional(keyword),
            perSecond: Type.Optional(Type.Boolean()),
          },
          strict,
        ),
        { maxItems: 32 },
      ),
    ),
  },
  strict,
);

/** A survey description as it is written. */
export type SurveyDescription = Static<typeof surveySchema>;
export type Meaning = Static<typeof meaning>;
export type Condition = Static<typeof condition>;
export type TimeCard = NonNullable<SurveyDescription['times']>[number];
