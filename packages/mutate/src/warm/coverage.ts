/** Coverage: which places of the sources a test file ran, so that a change is tried against those files only. */
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** Start, end and count of a stretch of a source; an inner one goes before the one around it. */
type Stretch = readonly [start: number, end: number, count: number];

/** By path of the source, from the root. */
export type Coverage = Readonly<Record<string, readonly Stretch[]>>;

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Runs work and tells what it ran of the workspace. */
export async function covering(root: string, work: () => Promise<unknown>): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  await work();
  const { result } = (await session.post('Profiler.takePreciseCoverage')) as Taken;
  await session.post('Profiler.stopPreciseCoverage');
  session.disconnect();
  const ours = result.filter(({ url }) => /\/packages\/[^?]*\.ts\?change=\d+(?:&run=\d+)?$/.test(url));
  return Object.fromEntries(
    ours.map(({ url, functions }) => [
      fileURLToPath(url.replace(/\?.*$/, '')).slice(root.length + 1),
      functions.flatMap(({ ranges }) =>
        ranges.map(({ startOffset, endOffset, count }): Stretch => [startOffset, endOffset, count]),
      ),
    ]),
  );
}

/** Whether a place was run: the smallest stretch around it says so. */
export function ran(coverage: Coverage, file: string, at: number): boolean {
  const around = (coverage[file] ?? []).filter(([start, end]) => start <= at && at < end);
  const [smallest] = around.toSorted(([a, b], [c, d]) => b - a - (d - c));
  return smallest !== undefined && smallest[2] > 0;
}
