/** What others get of the thread while somebody works. */

/** How often a callback that waits for its turn is called until the work is done. */
export async function turnsWhile(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let on = true;
  const count = () => {
    turns += 1;
    if (on) setImmediate(count);
  };
  setImmediate(count);
  await work;
  on = false;
  return turns;
}
