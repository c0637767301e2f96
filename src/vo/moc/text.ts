/** A MOC as text (IVOA MOC 2.0, section 4.3): JSON and ASCII. */
import { cellsByOrder } from '../../base/moc.ts';

/** Runs of consecutive numbers. */
function runs(cells: readonly number[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const cell of cells) {
    const run = found.at(-1);
    if (run && run[1] === cell - 1) run[1] = cell;
    else found.push([cell, cell]);
  }
  return found;
}

/** `6/34559 34730-34731 7/138231`. The order that it was made of stands at the end, with no cell where it has none. */
export function mocAscii(moc: Uint32Array, order: number): string {
  const parts = [...cellsByOrder(moc)].map(
    ([at, cells]) =>
      `${at}/${runs(cells)
        .map(([first, last]) => (first === last ? first : `${first}-${last}`))
        .join(' ')}`,
  );
  if (!parts.at(-1)?.startsWith(`${order}/`)) parts.push(`${order}/`);
  return `${parts.join(' ')}\n`;
}

/** `{"6":[34559,34730],"7":[138231]}`, likewise. */
export function mocJson(moc: Uint32Array, order: number): string {
  const orders = new Map(cellsByOrder(moc));
  if (!orders.has(order)) orders.set(order, []);
  return `${JSON.stringify(Object.fromEntries(orders))}\n`;
}
