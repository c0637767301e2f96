/** The layout of help texts. */
import { Help } from 'commander';

/** Columns of help on a terminal or in a pipe: long lines are hard to read. */
export const helpWidth = (): number => Math.min(process.stdout.columns ?? 100, 100);

/** How narrow a column of descriptions may be. */
export const helpStyle = { minWidthToWrap: 10 } as const;

/** A paragraph in lines of the width of help. */
export function helpText(text: string): string {
  return new Help().boxWrap(text.replace(/\s+/g, ' ').trim(), helpWidth());
}

/** Terms with their descriptions, wrapped as commander wraps options. */
export function helpList(items: readonly (readonly [term: string, description: string])[]): string {
  const help = Object.assign(new Help(), helpStyle);
  help.prepareContext({ helpWidth: helpWidth() });
  const width = Math.max(...items.map(([term]) => term.length));
  return items.map(([term, description]) => help.formatItem(term, width, description, help)).join('\n');
}
