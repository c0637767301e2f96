// So many pieces of work at a time; of those that wait, the most urgent first.

/**
 * Gives a function that runs `work` (returning a promise) as soon as one of `count` lanes is free and no waiting work has a
 * smaller `rank`; it resolves and rejects as the work does.
 */
export function lanes(count) {
  const waiting = [];
  let free = count;
  const next = () => {
    while (free > 0 && waiting.length > 0) {
      free -= 1;
      waiting.shift().begin();
    }
  };
  return (work, rank = 0) =>
    new Promise((resolve, reject) => {
      const begin = () =>
        Promise.resolve()
          .then(work)
          .then(resolve, reject)
          .finally(() => {
            free += 1;
            next();
          });
      const behind = waiting.findIndex((other) => other.rank > rank);
      waiting.splice(behind < 0 ? waiting.length : behind, 0, { rank, begin });
      next();
    });
}
