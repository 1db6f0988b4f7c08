/** Runs the bursts: ours over a store that counts calls, and those of better-auth. */
import { createMfa, MfaError } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { KEY, startApplication, tokenOf, wrongCode } from '../application.ts';
import { betterAuthApplication } from '../peers/better-auth.ts';

/** The result of a burst. */
export interface Burst {
  readonly guesses: number;
  readonly processes: number;
  /** How many guesses revealed that the code was wrong. */
  readonly checked: number;
  /** How many guesses revealed nothing about the code. */
  readonly locked: number;
  /** Calls of `commit`, including lost races. */
  readonly writes: number;
  readonly ms: number;
}

/** @param processes - instances that share nothing but the store */
export async function burstOfOurs(guesses: number, processes: number): Promise<Burst> {
  const memory = memoryStore();
  let writes = 0;
  const store: typeof memory = {
    ...memory,
    commit: (commit) => {
      writes += 1;
      return memory.commit(commit);
    },
  };
  const { mfa, clock, enrol } = startApplication(store);
  const { userId, phone } = await enrol('ann');
  clock.advance({ seconds: 30 });
  const input = { token: await tokenOf(mfa, userId), code: wrongCode([phone], clock()) };
  const instances = Array.from({ length: processes }, () =>
    createMfa({ issuer: 'Acme', store, keys: [KEY], verifyPassword: 'passwordless', clock }),
  );
  writes = 0;
  const start = performance.now();
  const outcomes = await Promise.all(
    Array.from({ length: guesses }, (_, i) => codeOf(instances[i % processes]?.verify(input) ?? Promise.resolve())),
  );
  const ms = performance.now() - start;
  const checked = outcomes.filter((outcome) => outcome === 'invalid_code').length;
  // Of those that were not checked, some found no place to wait and are `busy`.
  const locked = outcomes.filter((outcome) => outcome === 'locked' || outcome === 'busy').length;
  if (checked + locked !== guesses) throw new Error(`unexpected: ${[...new Set(outcomes)].join(', ')}`);
  return { guesses, processes, checked, locked, writes, ms };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    return error instanceof MfaError ? error.code : String(error);
  }
}

/** One challenge per guess. */
export async function burstOfPeer(guesses: number): Promise<Burst> {
  const database: Record<string, never[]> = { user: [], session: [], account: [], verification: [], twoFactor: [] };
  const application = betterAuthApplication(memoryAdapter(database));
  const peer = await application.enrol('peer');
  const logins: Headers[] = [];
  for (let i = 0; i < guesses; i += 1) logins.push((await application.login(peer)).headers);
  const right = peer.code();
  // Not near the code that is right now. The chance of hitting that of a neighboring step is one in a million.
  const wrong = String((Number(right) + 314_159) % 1_000_000).padStart(6, '0');
  const start = performance.now();
  const outcomes = await Promise.all(logins.map((headers) => peerCodeOf(application.verify(headers, wrong))));
  const ms = performance.now() - start;
  const checked = outcomes.filter((outcome) => outcome === 'INVALID_CODE').length;
  const locked = outcomes.filter((outcome) => outcome === 'ACCOUNT_TEMPORARILY_LOCKED').length;
  if (checked + locked !== guesses) throw new Error(`unexpected: ${[...new Set(outcomes)].join(', ')}`);
  return { guesses, processes: 1, checked, locked, writes: Number.NaN, ms };
}

async function peerCodeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    const body = error instanceof Error && 'body' in error ? error.body : null;
    return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : String(error);
  }
}
