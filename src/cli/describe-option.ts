/** `--describe`: the survey description by which files are read. */
import { Option } from 'commander';
import type { SurveyDescription } from '../ingest/survey/schema.ts';
import { readSurvey } from '../ingest/surveys.ts';

export const describeOption = () =>
  new Option(
    '--describe <file>',
    'survey description, as JSON or by name (docs/surveys.md; default: what is recognised)',
  );

/** Throws VignetError usage BAD_SURVEY. */
export async function surveyOf(describe: string | undefined): Promise<{ survey?: SurveyDescription }> {
  return describe === undefined ? {} : { survey: await readSurvey(describe) };
}
