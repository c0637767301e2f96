/** The survey descriptions that come with Vignet, and one that a user gives. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { clip } from '../base/clip.ts';
import { usageError } from '../base/errors.ts';
import { type FileFacts, whyHolds } from './survey/matching.ts';
import type { SurveyDescription } from './survey/schema.ts';

/** From src/ingest as from dist/ingest and dist/bin. */
const FOLDER = new URL('../../surveys/', import.meta.url);

/** What holds for files of no survey that is known, and for what a survey does not say. */
const GENERAL = 'general';
/** Never recognised: for those who ask for it. */
const PLAIN = 'plain';

let shipped: ReadonlyMap<string, SurveyDescription> | undefined;

function all(): ReadonlyMap<string, SurveyDescription> {
  shipped ??= new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as SurveyDescription)
      .map((survey) => [survey.name, survey]),
  );
  return shipped;
}

export const shippedNames = () => [...all().keys()];

function named(name: string): SurveyDescription {
  const survey = all().get(name);
  if (!survey) throw new Error(`no survey description ${name}`);
  return survey;
}

/** The descriptions that may hold for a file, in the order in which they are tried: one that the user gives is the only one. */
export function surveysFor(given?: SurveyDescription): readonly SurveyDescription[] {
  if (given) return [given];
  return [...all().values()].filter(({ name }) => name !== GENERAL && name !== PLAIN);
}

/** Lists of a description are followed by those of the general one; of lists with conditions the survey's own go alone. */
export function completed(survey: SurveyDescription): SurveyDescription {
  const general = named(GENERAL);
  if (survey === general) return survey;
  const both = <K extends 'files' | 'planes' | 'times' | 'exposure'>(key: K) => ({
    [key]: [...(survey[key] ?? []), ...(general[key] ?? [])],
  });
  return {
    ...general,
    ...survey,
    ...both('files'),
    ...both('planes'),
    ...both('times'),
    ...both('exposure'),
  };
}

export const generalSurvey = () => named(GENERAL);

/** The description that holds for a file, and why. */
export interface Recognised {
  readonly survey: SurveyDescription;
  readonly why: string;
}

export function recognise(file: FileFacts, given?: SurveyDescription): Recognised {
  if (given) return { survey: completed(given), why: 'it was asked for' };
  for (const survey of surveysFor()) {
    for (const condition of survey.recognise ?? []) {
      const why = whyHolds(condition, file);
      if (why !== undefined) return { survey: completed(survey), why };
    }
  }
  return { survey: generalSurvey(), why: 'no survey was recognised' };
}

/** A description by its name, or from a JSON file. Throws VignetError usage BAD_SURVEY. */
export async function readSurvey(nameOrFile: string): Promise<SurveyDescription> {
  const known = all().get(nameOrFile);
  if (known) return known;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(nameOrFile, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw usageError(
      'BAD_SURVEY',
      `expected a JSON file or one of ${shippedNames().join(', ')} for --describe, received '${clip(nameOrFile)}', which ${why}`,
    );
  }
  const { checkSurvey } = await import('./survey/check.ts');
  return checkSurvey(value);
}
