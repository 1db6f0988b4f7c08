/** JSON lines: documents of a stream, one a line, or the whole stream as one document. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { usage } from './failure.ts';

/** A document, and the line that it begins on. */
export interface JsonLine {
  readonly line: number;
  /** `undefined`: the line is no JSON. */
  readonly value: unknown;
}

/** A document whose first line is none of its own is longer than a line: it is taken whole. */
export async function* jsonLines(input: Readable): AsyncGenerator<JsonLine> {
  let failure: unknown;
  input.once('error', (error) => (failure = error));
  let whole: string[] | null = null;
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() === '') continue;
    const value = whole === null ? parsed(text) : undefined;
    if (whole !== null) whole.push(text);
    else if (value === undefined && /^\s*[[{]/.test(text) && line === 1) whole = [text];
    else yield { line, value };
  }
  if (failure !== undefined) throw usage('The file with the rows cannot be read.');
  if (whole !== null) yield { line: 1, value: parsed(whole.join('\n')) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
