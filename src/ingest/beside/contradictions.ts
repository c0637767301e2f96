/** Where a file says something else of its visit and detector than a registry. */
import { clip } from '../../base/clip.ts';
import type { RowOf } from '../../catalog/tables.ts';
import type { RowsBeside } from './rows.ts';

/** By how much numbers may differ that mean the same. */
const TOLERANCES = {
  // A file has the middle of an exposure, a registry its start or where the telescope was sent.
  ...{ ra: 0.1, dec: 0.1, rotation: 0.5, altitude: 1 },
  day_obs: 0,
  seq_num: 0,
} as const satisfies Partial<Record<keyof RowOf<'visit'>, number>>;

const WORDS = ['observation_type', 'observation_reason', 'science_program'] as const;
const OF_DETECTOR = ['name', 'raft'] as const;
/** Angles that go round. */
const ROUND = new Set(['ra', 'rotation']);

function differs(name: string, a: number, b: number, tolerance: number): boolean {
  const difference = Math.abs(a - b);
  return (ROUND.has(name) ? Math.min(difference % 360, 360 - (difference % 360)) : difference) > tolerance;
}

/** Sentences. The band, the filter and what else the dataset itself has are not among them. */
export function tableContradictions({
  visit,
  visit_detector: detector,
  registry = {},
}: RowsBeside): string[] {
  const notes: string[] = [];
  const compare = (name: string, butler: unknown, file: unknown, tolerance = 0) => {
    if (file === null || file === undefined || butler === null || butler === undefined) return;
    const isOther =
      typeof file === 'number' && typeof butler === 'number'
        ? differs(name, file, butler, tolerance)
        : String(file).trim() !== String(butler).trim();
    if (isOther)
      notes.push(
        `${name}: expected '${clip(String(butler))}' as the Butler has it, received '${clip(String(file))}' in the file; the Butler's is used`,
      );
  };
  const [known] = registry.visit ?? [];
  for (const [name, tolerance] of Object.entries(TOLERANCES))
    compare(
      name,
      known?.[name as keyof typeof TOLERANCES],
      visit?.[name as keyof typeof TOLERANCES],
      tolerance,
    );
  for (const name of WORDS) compare(name, known?.[name], visit?.[name]);
  const [place] = registry.visit_detector ?? [];
  for (const name of OF_DETECTOR) compare(`detector ${name}`, place?.[name], detector?.[name]);
  return notes;
}
