/** Order: test files that noticed the most run first, then the quick ones, then unit tests of other sources. */
import type { FileResult } from './suite.ts';

/** Learns from each run. */
export interface Order {
  /** The test files, for a change to this source. */
  for(source: string): readonly string[];
  /** Remembers that a test file noticed a change to a source. */
  noticed(source: string, testFile: string): void;
}

/** @param files - of a run without any change */
export function createOrder(files: readonly FileResult[]): Order {
  const quickFirst = files.toSorted((a, b) => a.ms - b.ms).map(({ file }) => file);
  const bySource = new Map<string, number>();
  const overall = new Map<string, number>();
  return {
    for(source) {
      const score = (file: string): number => {
        // A unit test lies beside its source, and hardly notices a change to another one.
        const ofAnother = file.includes('/src/') ? -0.5 : 0;
        const beside = file === source.replace(/\.ts$/, '.test.ts') ? 5 : ofAnother;
        return beside + 5 * (bySource.get(`${source} ${file}`) ?? 0) + (overall.get(file) ?? 0);
      };
      return quickFirst.toSorted((a, b) => score(b) - score(a));
    },
    noticed(source, testFile) {
      add(bySource, `${source} ${testFile}`);
      add(overall, testFile);
    },
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
