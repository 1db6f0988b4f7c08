/** Four users of the old system, and their move. */
import { randomBytes } from 'node:crypto';
import { createMfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { generateSecret, generateSync } from 'otplib';
import { secondStep } from './login.ts';
import { move } from './move.ts';
import type { OldUser } from './old-login.ts';

/** Stands still until the story moves it on. */
let nowMs = Date.UTC(2026, 0, 1);
const mfa = createMfa({
  issuer: 'Acme',
  store: memoryStore(),
  keys: [randomBytes(32).toString('base64')],
  verifyPassword: 'passwordless', // the passwords of this story are right
  clock: () => nowMs,
});

const user = (id: string, totpEnabled: boolean): OldUser => ({
  id,
  totpSecret: totpEnabled ? generateSecret() : null,
  totpEnabled,
  lastStep: -1,
});
const ann = user('ann', true);
const bob = user('bob', true);
const users = [ann, bob, user('cid', false), { ...user('dan', true), totpSecret: 'not base32!' }];

/** What the user's app shows; the users keep their apps. */
const codeOf = ({ totpSecret }: OldUser): string =>
  generateSync({ secret: totpSecret ?? '', epoch: Math.floor(nowMs / 1000) });
const signIn = async (who: OldUser, code: string): Promise<void> =>
  console.log(`${who.id}: ${await secondStep(mfa, who, code, nowMs)}`);
const importAgain = async (): Promise<void> => {
  for (const report of await move(mfa, users)) {
    const reason = 'reason' in report ? `, ${report.reason}` : '';
    console.log(`  ${report.userId} ${report.outcome}${reason}`);
  }
};

console.log('Before the move, the old system judges:');
const spent = codeOf(ann);
await signIn(ann, spent);

console.log('The first import, while people sign in:');
await importAgain();

console.log('The code that the old system took is spent here, too; the next one is not:');
await signIn(ann, spent);
nowMs += 30_000;
await signIn(ann, codeOf(ann));
await signIn(bob, codeOf(bob));
await signIn(bob, codeOf(bob));

console.log('A second import takes nothing back:');
await importAgain();
