/** Input: what files and standard input hold; standard input, written as `-`, is read once. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { usage } from './failure.ts';

let taken = false;

function standardInput(): Readable {
  if (taken) throw usage('Only one thing can come from standard input.');
  taken = true;
  return process.stdin;
}

/** The text of a file, or of standard input for `-`. */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return text(standardInput());
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usage(`The file ${file} cannot be read.`);
  }
}

/** The same as a stream, for what may be long. */
export function streamInput(file: string): Readable {
  return file === '-' ? standardInput() : createReadStream(file);
}

/** The users that an argument names: itself, or a line of standard input each for `-`. */
export async function userIdsIn(argument: string): Promise<readonly string[]> {
  if (argument !== '-') return [argument];
  const lines = (await readInput('-')).split(/\r?\n/);
  return [...new Set(lines.filter((line) => line !== ''))];
}
