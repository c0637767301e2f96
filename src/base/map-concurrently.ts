/** Does things in order, some at a time; the results in their order. After a failure nothing more is begun. */
export async function mapConcurrently<T, R>(
  all: ArrayLike<T>,
  atOnce: number,
  work: (one: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const mine = next++;
      try {
        results[mine] = await work(all[mine] as T, mine);
      } catch (error) {
        next = all.length;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return results;
}
