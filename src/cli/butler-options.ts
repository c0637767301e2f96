/** How a Butler repository is named and narrowed, by every command that reads one. */
import { Option } from 'commander';
import { defined } from '../base/defined.ts';
import type { ButlerSelection } from '../ingest/index.ts';

export interface ButlerFlags {
  readonly collection?: readonly string[];
  readonly datasetType?: readonly string[];
  readonly allowRoot?: readonly string[];
  readonly allowHost?: readonly string[];
}

/** Values of an option that may be repeated. */
export const several = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

export const datasetTypeOption = () =>
  new Option(
    '--dataset-type <name>',
    'with --butler: dataset type or pattern; repeat it for several (default: those of images)',
  ).argParser(several);

export const allowRootOption = () =>
  new Option(
    '--allow-root <dir>',
    'with --butler: a further folder beneath which files may lie; repeat it for several',
  ).argParser(several);

export const allowHostOption = () =>
  new Option(
    '--allow-host <name>',
    'with --butler: a further host whose database may be asked; repeat it for several',
  ).argParser(several);

export function selectionOf(
  repository: string,
  { collection, datasetType, allowRoot, allowHost }: ButlerFlags,
): ButlerSelection {
  const chosen = { collections: collection, datasetTypes: datasetType };
  return { repository, ...defined({ ...chosen, allowRoots: allowRoot, allowHosts: allowHost }) };
}

/** The option of a flag as it is typed. */
export const optionOf = (flag: string) =>
  `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
