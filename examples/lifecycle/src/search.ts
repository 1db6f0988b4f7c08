/** Search: looks for what must never stand in the database. */
import type { MfaStore } from '@mfakit/core';
import type { Person } from './scene.ts';

/** More than the walk writes. */
const ALL = 10_000;

/** The secrets and backup codes of these people that stand anywhere in a store, as they were shown or without dashes. */
export async function findSecrets(store: MfaStore, people: readonly Person[]): Promise<readonly string[]> {
  const stored = await store.scan({ limit: ALL });
  const events = await Promise.all(people.map(({ userId }) => store.events(userId, { limit: ALL })));
  const database = JSON.stringify([stored, events]);
  return people.flatMap(({ secrets }) =>
    secrets.filter((secret) => database.includes(secret) || database.includes(secret.replaceAll('-', ''))),
  );
}
