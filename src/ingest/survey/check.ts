/** A survey description that somebody has written, checked against the schema. */
import { Value } from 'typebox/value';
import { clip } from '../../base/clip.ts';
import { usageError, type VignetError } from '../../base/errors.ts';
import { type SurveyDescription, surveySchema } from './schema.ts';

const bad = (detail: string): VignetError => usageError('BAD_SURVEY', detail);

/** Every pattern must be a regular expression. */
function checkPatterns(value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const here = `${path}/${key}`;
    const isPattern =
      typeof inner === 'string' &&
      (/\/(?:files|planes|recognise)\/\d+\/name$/.test(here) ||
        /\/(?:when\/name|filter|inName|cards\/[^/]+|extensions\/\d+)$/.test(here)) &&
      !/\/band\/cards\//.test(here);
    if (!isPattern) {
      checkPatterns(inner, here);
      continue;
    }
    try {
      new RegExp(inner);
    } catch {
      throw bad(
        `expected a regular expression for ${here.slice(1)} of the survey description, received '${clip(inner)}'`,
      );
    }
  }
}

/** Throws VignetError usage BAD_SURVEY that names what is wrong and where. */
export function checkSurvey(value: unknown): SurveyDescription {
  if (!Value.Check(surveySchema, value)) {
    const [first] = Value.Errors(surveySchema, value);
    const where = first?.instancePath.slice(1) || 'the description';
    throw bad(
      `expected what docs/surveys.md describes for ${where} of the survey description, received something else: it ${first?.message ?? 'is unknown'}`,
    );
  }
  checkPatterns(value, '');
  return value;
}
