/** What is ingested under which names, and how. */
import type { SkymapConfig } from '../astronomy/skymaps.ts';
import type { ScratchLimits } from '../bytes/scratch.ts';
import type { Labels } from './describe/labels.ts';
import type { ImageLister, LayoutReader, SeekBuilder } from './ingest-file.ts';
import type { Merging } from './publish.ts';

/**
 * What is ingested under which names, and how.
 * @example
 * ```ts
 * import type { IngestOptions } from 'vignet';
 *
 * const options: IngestOptions = { collection: 'MySurvey', repo: 'mine', dataRights: 'proprietary', group: 'survey' };
 * ```
 */
export interface IngestOptions extends Labels {
  /** Folder all the paths lie beneath; IDs of plain files depend on the path from there. Default: each path's own folder. */
  readonly root?: string;
  readonly authority?: string;
  /** A skymap to declare: patches of it are then joined by its rules. */
  readonly skymap?: SkymapConfig;
  /**
   * Of a new archive: the PostgreSQL database of its catalog, `postgresql://user@host/database` without a password; it is remembered. Default: files.
   */
  readonly catalog?: string;
  /** Reads unchanged files again too. */
  readonly force?: boolean;
  /** Makes seek points: true also for unchanged files that have none, false for no file. Default: for files that are read. */
  readonly seek?: boolean;
  /**
   * Of a Butler, `later`: datasets are catalogued by what the registry says, no file is opened; layouts are made at first use, or by an
   * ingest that says `now`. Default `now`.
   */
  readonly layouts?: 'now' | 'later';
  /** Files in work at a time. Default 4. */
  readonly jobs?: number;
  /** Least time between publications, in ms; also never more than a tenth of the time goes into them. Default 10 s. */
  readonly publishEveryMs?: number;
  /** When a generation is written whole, not as what it changes of an earlier one: `MERGING` of `publish.ts`. */
  readonly merging?: Merging;
  readonly scratchLimits?: ScratchLimits;
  /** Default: in this thread. */
  readonly imagesOf?: ImageLister;
  /** Default: in this thread. */
  readonly layoutOf?: LayoutReader;
  /** Default: in this thread. */
  readonly seekOf?: SeekBuilder;
  /** Stops after the files in work; what is done is published. */
  readonly signal?: AbortSignal;
}
