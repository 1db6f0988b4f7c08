/** Progress: how far a long command has come; on a terminal one line that rewrites itself, else a line now and then. */
import type { Stream } from './output.ts';

/** Between two lines if nobody looks. */
const LINE_MS = 10_000;
/** Between two states of the line on a terminal. */
const REDRAW_MS = 100;

/** Shows how far a command has come. */
export interface Progress {
  /** Shows this text, if it is time. */
  show(text: string): void;
  /** Takes the line away; what is printed next begins a line of its own. */
  clear(): void;
}

/** @param silent - shows nothing */
export function createProgress(stderr: Stream, silent: boolean, now: () => number = Date.now): Progress {
  const rewrites = stderr.isTTY === true && process.env['TERM'] !== 'dumb';
  const every = rewrites ? REDRAW_MS : LINE_MS;
  // A command that is done before the first line is due prints none.
  let last = rewrites ? 0 : now();
  let drawn = false;
  return {
    show(text) {
      if (silent || now() - last < every) return;
      last = now();
      drawn = rewrites;
      stderr.write(rewrites ? `\r\u001B[2K${text.slice(0, (stderr.columns ?? 80) - 1)}` : `${text}\n`);
    },
    clear() {
      if (drawn) stderr.write('\r\u001B[2K');
      drawn = false;
    },
  };
}
