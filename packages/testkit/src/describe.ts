/** Describe: names users, revisions and commits in messages, so that what looks alike is told apart. */
import type { Swap } from '@mfakit/core';

/** The longest text that is shown whole, in characters. */
const SHOWN = 200;

/** Printable ASCII without blanks at its ends or side by side: what is on the screen is all there is. */
const PLAIN = /^(?! )(?!.* $)(?!.* {2})[ -~]*$/;

/** Text in quotes, cut to a readable length; its bytes in hex if the eye could take it for another one. */
export function quote(text: string, lookAlike?: string): string {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  const alike = lookAlike !== undefined && outline(text) === outline(lookAlike);
  return `${JSON.stringify(shown)}${PLAIN.test(shown) && !alike ? '' : ` (hex ${hex(text)})`}`;
}

/** The first character at which two texts differ, counted from 1. */
export function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at + 1;
}

/** A commit in a few words. */
export function describeSwap({
  userId,
  expected,
  next,
  events,
}: Pick<Swap, 'userId' | 'next'> & Partial<Swap>): string {
  const expectedRevision = typeof expected === 'string' ? quote(expected, next?.revision) : 'no record';
  const nextRevision = next === null ? 'a removal' : quote(next.revision, expected ?? undefined);
  const seqs = Array.isArray(events) ? events.map(({ seq }: { readonly seq: number }) => seq) : [];
  const added = events === 'erase' ? ', erase' : seqs.length === 0 ? '' : `, events ${seqs[0]} to ${seqs.at(-1)}`;
  return `commit of user ${quote(userId)}: expected ${expectedRevision}, next ${nextRevision}${added}`;
}

/** What the eye makes of a text: long ones are alike if they begin alike. */
function outline(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{C}\p{Z}\p{M}]/gu, '')
    .toLowerCase()
    .slice(0, 16);
}

function hex(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0'));
  return bytes.length > 64 ? `${bytes.slice(0, 32).join('')}…${bytes.slice(-32).join('')}` : bytes.join('');
}
