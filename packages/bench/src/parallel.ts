/** inParallel: does numbered pieces of work with a fixed number of workers. */

/** @param work - called with 0, 1, 2 ... up to `howMany`, each once */
export async function inParallel(
  workers: number,
  howMany: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < howMany) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
