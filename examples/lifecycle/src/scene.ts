/** Scene: what every chapter works with, and the people in it. */
import type { Duration } from '@mfakit/testkit';
import type { Acme } from './acme.ts';
import type { Narrator } from './narrator.ts';
import type { Phone } from './phone.ts';

/** The application and the one who tells of it. */
export interface Scene {
  readonly acme: Acme;
  readonly narrator: Narrator;
}

/** A user, and what they hold. */
export interface Person {
  readonly userId: string;
  readonly accountName: string;
  phone: Phone;
  /** Their list of unspent backup codes; `takeBackupCode` crosses one off. */
  backupCodes: string[];
  /** Every secret and backup code that was ever shown to them: none may turn up in the database. */
  readonly secrets: string[];
}

/** Moves the clock and says so. Without `why` it waits for the phone's next code. */
export function wait({ acme, narrator }: Scene, by: Duration, why = 'to the next code'): void {
  acme.clock.advance(by);
  narrator.clock(`moved on ${why}: ${time(acme.clock())}`);
}

/** An instant (epoch ms) for people. */
export function time(instant: number): string {
  return `${new Date(instant)
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')} UTC`;
}

/** The code on a person's phone right now. */
export function codeOf({ acme }: Scene, { phone }: Pick<Person, 'phone'>): string {
  return phone.code(acme.clock());
}

/** Well-formed codes that are certainly wrong right now. */
export function wrongCodes({ acme }: Scene, { phone }: Person, count: number): readonly string[] {
  const right = new Set([-1, 0, 1].map((step) => phone.code(acme.clock() + step * 30_000)));
  const codes = Array.from({ length: count + right.size }, (_, i) => String(i * 997).padStart(6, '0'));
  return codes.filter((code) => !right.has(code)).slice(0, count);
}

/** Two to a line. */
export function inPairs(codes: readonly string[]): readonly string[] {
  return codes.flatMap((code, i) => (i % 2 === 0 ? [[code, ...codes.slice(i + 1, i + 2)].join('  ')] : []));
}

/** The next unspent backup code of a person's list. */
export function takeBackupCode(person: Person): string {
  return person.backupCodes.shift() ?? '';
}
