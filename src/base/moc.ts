/** Coverage maps (IVOA MOC 2.0): HEALPix cells of several orders, NESTED, as NUNIQ numbers: 4 × 4^order + cell, ascending. */

/** Finest order that coverages are made of: cells of 1.7 arcmin. */
export const maxMocOrder = 11;

/** A cell of a MOC. */
export interface MocCell {
  readonly order: number;
  readonly cell: number;
}

export function mocCell(uniq: number): MocCell {
  const order = (31 - Math.clz32(uniq)) / 2 - 1;
  const whole = Math.floor(order);
  return { order: whole, cell: uniq - 4 ** (whole + 1) };
}

/** The cells of a MOC by their order, ascending. */
export function cellsByOrder(moc: Uint32Array): ReadonlyMap<number, readonly number[]> {
  const orders = new Map<number, number[]>();
  for (const uniq of moc) {
    const { order, cell } = mocCell(uniq);
    const cells = orders.get(order);
    if (cells) cells.push(cell);
    else orders.set(order, [cell]);
  }
  return orders;
}

/** Share of the sky, 0 to 1. */
export function skyFraction(moc: Uint32Array): number {
  let share = 0;
  for (const uniq of moc) share += 1 / (12 * 4 ** mocCell(uniq).order);
  return share;
}
