import { createMfa, type Mfa } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { generateSecret, generateSync } from 'otplib';
import { beforeEach, expect, test, vi } from 'vitest';
import { secondStep } from '../src/login.ts';
import { move } from '../src/move.ts';
import type { OldUser } from '../src/old-login.ts';

let nowMs: number;
let mfa: Mfa;
let ann: OldUser;
const code = (): string => generateSync({ secret: ann.totpSecret ?? '', epoch: Math.floor(nowMs / 1000) });
const signIn = (typed: string) => secondStep(mfa, ann, typed, nowMs);

beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 1);
  const keys = ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='];
  mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless', clock: () => nowMs });
  ann = { id: 'ann', totpSecret: generateSecret(), totpEnabled: true, lastStep: -1 };
});

test('the old system judges until the import, mfakit after it, with the same app', async () => {
  expect(await signIn(code())).toBe('signed in by the old system');
  expect((await move(mfa, [ann])).map(({ outcome }) => outcome)).toEqual(['imported']);
  nowMs += 30_000;
  expect(await signIn(code())).toBe('signed in');
});

test('a code of the old system is spent in mfakit, and the other way round', async () => {
  const spent = code();
  expect(await signIn(spent)).toBe('signed in by the old system');
  expect(await signIn(spent)).toBe('refused: by the old system');
  await move(mfa, [ann]);
  expect(await signIn(spent)).toBe('refused: code_already_used');
});

test('between two imports the old system goes on, and the second one brings its last use', async () => {
  await move(mfa, [ann]);
  nowMs += 30_000;
  const spent = code();
  ann.lastStep = Math.floor(nowMs / 30_000); // signed in on a server that still runs the old route
  await move(mfa, [ann]);
  expect(await signIn(spent)).toBe('refused: code_already_used');
});

test('a wrong code is refused by whoever judges', async () => {
  const wrong = generateSync({ secret: generateSecret(), epoch: 0 });
  expect(await signIn(wrong)).toBe('refused: by the old system');
  await move(mfa, [ann]);
  expect(await signIn(wrong)).toBe('refused: invalid_code');
});

test('the story ends as it should', async () => {
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  await import('../src/main.ts');
  const lines = printed.mock.calls.map(([line]) => String(line));
  printed.mockRestore();
  expect(lines.filter((line) => !line.endsWith(':'))).toEqual([
    'ann: signed in by the old system',
    '  ann imported',
    '  bob imported',
    '  cid skipped, disabled',
    '  dan skipped, malformed',
    'ann: refused: code_already_used',
    'ann: signed in',
    'bob: signed in',
    'bob: refused: code_already_used',
    '  ann unchanged',
    '  bob unchanged',
    '  cid skipped, disabled',
    '  dan skipped, malformed',
  ]);
});
