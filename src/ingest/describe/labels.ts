import type { SurveyDescription } from '../survey/schema.ts';

/** What the person who ingests says about the files; it goes before what the files say. */
export interface Labels {
  readonly collection: string;
  readonly repo: string;
  readonly type?: string;
  readonly instrument?: string;
  readonly dataRights?: string;
  readonly releaseDate?: string;
  readonly owner?: string;
  readonly group?: string;
  /** The survey description to go by. Default: the one that is recognised. */
  readonly survey?: SurveyDescription;
}
