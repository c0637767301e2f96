/** A survey description that somebody has written, checked against the schema. */
import { Format } from 'typebox/format';
import { Value } from 'typebox/value';
import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { PATTERN, type SurveyDescription, surveySchema } from './schema.ts';

const bad = (detail: string): VignetError => usageError('BAD_SURVEY', detail);

Format.Set(PATTERN, (text) => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
});

/** Throws VignetError usage BAD_SURVEY that names what is wrong and where. */
export function checkSurvey(value: unknown): SurveyDescription {
  if (Value.Check(surveySchema, value)) return value;
  const [first] = Value.Errors(surveySchema, value);
  const where = first?.instancePath.slice(1) || 'the description';
  if (first?.keyword === 'format')
    throw bad(
      `expected a regular expression for ${where} of the survey description, received '${clip(String(Value.Pointer.Get(value, first.instancePath)))}'`,
    );
  throw bad(
    `expected what docs/surveys.md describes for ${where} of the survey description, received something else: it ${first?.message ?? 'is unknown'}`,
  );
}
