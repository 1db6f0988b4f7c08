/** Confirmation: asks before what removes protection or cannot be undone, and only a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import { EXIT, Failure } from './failure.ts';
import type { Stream } from './output.ts';

/** What is asked. */
export interface Question {
  /** What is about to happen, as a sentence. */
  readonly about: string;
  /** What has to be typed to go on; default `yes`. */
  readonly answer?: string;
}

/** Where the question goes, and where the answer comes from. */
export interface Asker {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: Stream;
  /** `--yes` was given. */
  readonly yes: boolean;
}

/**
 * Resolves once the operator has said yes.
 * @throws {Failure} with exit code 4 if they say anything else, or if nobody can be asked
 */
export async function confirm({ stdin, stderr, yes }: Asker, { about, answer = 'yes' }: Question): Promise<void> {
  if (yes) return;
  if (!stdin.isTTY || stderr.isTTY !== true) {
    throw notConfirmed(`${about} There is no terminal to ask at: pass --yes to do it.`);
  }
  const lines = createInterface({ input: stdin, output: stderr });
  const stopped = new AbortController();
  lines.once('SIGINT', () => stopped.abort(new Failure('interrupted', 'Nothing was done.', EXIT.interrupted)));
  lines.once('close', () => stopped.abort(notConfirmed('Nothing was done.')));
  try {
    const typed = await lines.question(`${about}\nType ${answer} to go on: `, { signal: stopped.signal });
    if (typed.trim() !== answer) throw notConfirmed('Nothing was done.');
  } catch (error) {
    throw stopped.signal.aborted ? stopped.signal.reason : error;
  } finally {
    lines.removeAllListeners('close').close();
  }
}

function notConfirmed(message: string): Failure {
  return new Failure('not_confirmed', message, EXIT.notConfirmed);
}
