/** Invariant 9, at the end of a life: an unreadable record lets nobody pass, however right the proof is. */
import type { Mfa, MfaStore, StoredRecord } from '@mfakit/core';
import { outcomeOf } from '@mfakit/testkit';
import { expect } from 'vitest';
import type { User } from '../steps.ts';
import type { World } from '../world.ts';

/** Tries every right proof of a user against tampered copies of the store. */
export async function unreadable(world: World, user: User): Promise<void> {
  const { app, users, drawers } = world;
  if (users[user].factors.length === 0) return;
  await app.mfa().unlock(user);
  app.clock.advance({ minutes: 2 });
  const other: User = user === 'ann' ? 'bob' : 'ann';
  const row = await app.store.read(user);
  const codes = users[user].factors.map(({ device }) => device.code(app.clock()));
  const proofs = [
    ...codes.map((code) => ({ code })),
    ...users[user].codes.slice(0, 1).map((backupCode) => ({ backupCode })),
  ];

  async function refusesAll(mfa: Mfa, name: User, why: string): Promise<void> {
    for (const proof of proofs) {
      expect(await outcomeOf(mfa.stepUp(name, proof)), `invariant 9: ${why}`).toBe('secret_unreadable');
    }
  }

  await refusesAll(app.stranger(), user, 'a wrong key');
  // One user's row stands under the name of another user, who knows the codes of both.
  await refusesAll(app.over(oneRow(row)), other, 'a row moved to another user');
  const sealed = [...(row?.record.factors ?? []).map(({ secret }) => secret), row?.record.backupCodes?.secret ?? ''];
  const flipped = sealed.reduce((text, secret) => text.replaceAll(secret, flip(secret)), JSON.stringify(row));
  await refusesAll(app.over(oneRow(JSON.parse(flipped) as StoredRecord)), user, 'a changed character');
  expect(drawers[user].secrets.length).toBeGreaterThan(0);
}

/** Changes the last character but one, because all six of its bits count. */
function flip(sealed: string): string {
  const at = sealed.length - 2;
  return sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
}

/** A store in which every user has this row. */
function oneRow(row: StoredRecord | null): MfaStore {
  return {
    read: async () => structuredClone(row),
    commit: async () => true,
    events: async () => [],
    scan: async () => [],
  };
}
