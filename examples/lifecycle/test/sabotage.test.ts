import { memoryStore } from '@mfakit/memory';
import type { Mfa, Sessions, SetupDetails, SetupSubject, Verified } from '@mfakit/core';
import { expect, test } from 'vitest';
import { newKey } from '../src/acme.ts';
import { forgetsFailures, losesEvents, swapsBlindly } from './broken-stores.ts';
import { broken, tell, type Sabotage } from './telling.ts';

const ONE_KEY = newKey();
const VERIFIED: Verified = {
  userId: 'ann',
  method: 'totp',
  phishingResistant: false,
  amr: ['pwd', 'otp', 'mfa'],
  authTime: new Date(0),
  backupCodesRemaining: 9,
  sessionEpoch: 0,
  seq: 1,
};
const nothing = async (): Promise<void> => undefined;
/** As after a change that was made. */
const SESSIONS: Sessions = { sessionEpoch: 0, seq: 1 };

/** Each breaks one thing, and the walk must stop at this step. */
const SABOTAGES: readonly (Sabotage & { readonly name: string; readonly step: string })[] = [
  // Stores and other ports.
  { name: 'a store takes every swap', step: '2.6', options: ({ store }) => ({ store: swapsBlindly(store) }) },
  { name: 'a store loses events', step: '10.3', options: ({ store }) => ({ store: losesEvents(store) }) },
  { name: 'a store forgets failures', step: '4.1', options: ({ store }) => ({ store: forgetsFailures(store) }) },
  { name: 'two servers have a store each', step: '1.6', options: () => ({ store: memoryStore() }) },
  { name: 'the clock stands still', step: '2.6', options: ({ clock = Date.now }) => ({ clock: stopped(clock()) }) },
  { name: 'all backup codes hash alike', step: '3.1', options: () => ({ hasher: async () => new Uint8Array(32) }) },
  { name: 'every password is right', step: '7.1', options: () => ({ verifyPassword: async () => true }) },
  { name: 'the key stays the same', step: '8.2', options: () => ({ keys: [ONE_KEY] }) },
  { name: 'randomness repeats', step: '1.2', options: () => ({ random: repeating() }) },

  // Other limits than those that are told of.
  { name: 'eleven guesses', step: '4.1', options: () => ({ lockout: { maxFailures: 11 } }) },
  { name: 'a short lock', step: '4.2', options: () => ({ lockout: { durationSeconds: 60 } }) },
  { name: 'locks do not grow', step: '4.6', options: () => ({ lockout: { maxDurationSeconds: 1800 } }) },
  { name: 'another issuer', step: '1.3', options: () => ({ issuer: 'Emca' }) },
  { name: 'no passwords', step: '2.3', options: () => ({ verifyPassword: 'passwordless' }) },

  // Calls that do not do what they say.
  {
    name: 'begin signs everyone in',
    step: '2.1',
    methods: () => ({ begin: async () => ({ next: 'signed-in', ...SESSIONS }) }),
  },
  { name: 'verify takes every code', step: '2.2', methods: () => ({ verify: async () => VERIFIED }) },
  { name: 'stepUp takes every code', step: '1.7', methods: () => ({ stepUp: async () => VERIFIED }) },
  {
    name: 'confirm takes every code',
    step: '1.5',
    methods: () => ({ confirm: async () => ({ ...VERIFIED, factorId: '1' }) }),
  },
  {
    name: 'setup needs no proof',
    step: '6.1',
    methods: (mfa) => ({
      setup: (async (subject: SetupSubject, details: SetupDetails) => {
        const known = 'userId' in subject && (await mfa.status(subject.userId ?? '')).enabled;
        return mfa.setup(known ? { userId: 'carl' } : subject, details);
      }) as Mfa['setup'],
    }),
  },
  { name: 'disable does nothing', step: '5.6', methods: () => ({ disable: async () => SESSIONS }) },
  { name: 'removeFactor does nothing', step: '6.4', methods: () => ({ removeFactor: async () => SESSIONS }) },
  {
    name: 'regenerate asks for no proof',
    step: '7.1',
    methods: () => ({ regenerate: async () => ({ ...SESSIONS, backupCodes: [] }) }),
  },
  { name: 'enforce does nothing', step: '5.1', methods: () => ({ enforce: nothing }) },
  { name: 'exempt does nothing', step: '5.7', methods: () => ({ exempt: nothing }) },
  { name: 'unlock does nothing', step: '4.7', methods: () => ({ unlock: nothing }) },
  { name: 'passwordFailed counts nothing', step: '4.5', methods: () => ({ passwordFailed: nothing }) },
  { name: 'rekey does nothing', step: '8.4', methods: () => ({ rekey: emptySweep }) },
  { name: 'keyReport finds nothing', step: '8.3', methods: () => ({ keyReport: async () => [] }) },
  { name: 'history is empty', step: '10.3', methods: () => ({ history: async () => [] }) },
];

test.each(SABOTAGES)('$name: the walk stops at $step', async ({ step, ...sabotage }) => {
  const { exitCode, lines } = await tell({ create: broken(sabotage) });
  const end = lines.slice(lines.findIndex((line) => line.includes('misbehaved'))).join(' ');
  expect(end).toMatch(new RegExp(`^Step ${step.replace('.', '\\.')} misbehaved: `));
  expect(exitCode).toBe(1);
});

test('without sabotage the same instances pass', async () => {
  expect((await tell({ create: broken({}) })).exitCode).toBe(0);
});

function stopped(now: number): () => number {
  return () => now;
}

function repeating(): (bytes: number) => Uint8Array {
  return (bytes) => new Uint8Array(bytes).fill(7);
}

async function* emptySweep(): AsyncGenerator<never> {}
