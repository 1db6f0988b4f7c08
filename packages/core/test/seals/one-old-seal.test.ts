/** Each sealed text of a record counts for itself: one that is under the old key is seen, and is moved to the new one. */
import { outcomeOf, virtualAuthenticator } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { KEY_A, KEY_B, stage, type Stage } from '../harness.ts';
import { factorRow, phoneOf, userRow } from '../import/rows.ts';

const ROTATED = { keys: [KEY_B, KEY_A] };

const [ID_A, ID_B] = await Promise.all(
  [KEY_A, KEY_B].map(async (key) => (await report(stage({ keys: [key] })))[0]?.keyId),
);

async function report({ mfa }: Pick<Stage, 'mfa'>): ReturnType<Stage['mfa']['keyReport']> {
  return mfa.keyReport();
}

/** The places of a record's sealed texts, such as `pending.factor.secret`. */
function sealedPlaces(value: unknown, place = ''): readonly string[] {
  if (typeof value === 'string') return /^1\.[\w-]{11}\.[\w-]+$/.test(value) ? [place] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => sealedPlaces(inner, place === '' ? key : `${place}.${key}`));
}

/** What is at a place. */
function at(value: unknown, place: string): unknown {
  return place.split('.').reduce((inner, key) => Reflect.get(Object(inner), key) as unknown, value);
}

/** A copy of the record with another text at a place. */
function withText<T>(record: T, place: string, text: unknown): T {
  const copy = structuredClone(record);
  const keys = place.split('.');
  Reflect.set(Object(at({ copy }, ['copy', ...keys.slice(0, -1)].join('.'))), keys.at(-1) ?? '', text);
  return copy;
}

/** A user with a factor, who sets up another one; or one who sets up the first. */
const USERS = {
  'who is active and sets up another factor': async (on: Stage): Promise<void> => {
    const ann = await on.enroll('ann');
    await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
  },
  'who came from another system': async (on: Stage): Promise<void> => {
    await on.mfa.importUser(userRow());
  },
  'who sets up the first factor': async (on: Stage): Promise<void> => {
    await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' });
  },
};

/** The places for one of the users. */
async function placesOf(prepare: (on: Stage) => Promise<void>): Promise<readonly string[]> {
  const on = stage();
  await prepare(on);
  return sealedPlaces(await on.store.record('ann'));
}

const ROWS = (
  await Promise.all(
    Object.entries(USERS).map(async ([user, prepare]) =>
      (await placesOf(prepare)).map((place) => [user, place, prepare] as const),
    ),
  )
).flat();

/** The record under the new key, with the text at one place under the old one. */
async function oneOldText(place: string, prepare: (on: Stage) => Promise<void>): Promise<Stage> {
  const on = stage();
  await prepare(on);
  const old = await on.store.record('ann');
  for await (const { rekeyed } of on.another(ROTATED).rekey()) expect(rekeyed).toBe(1);
  const current = await on.store.record('ann');
  expect(sealedPlaces(current).map((each) => keyAt(current, each))).toEqual(sealedPlaces(current).map(() => ID_B));
  await on.store.edit('ann', (record) => withText(record, place, at(old, place)));
  return on;
}

function keyAt(record: unknown, place: string): string | undefined {
  return String(at(record, place)).split('.')[1];
}

/** The ids of the keys under which something of the user is sealed. */
async function keyIds({ store }: Stage): Promise<readonly (string | undefined)[]> {
  const record = await store.record('ann');
  return [...new Set(sealedPlaces(record).map((place) => keyAt(record, place)))];
}

test('a record has five kinds of sealed texts', () => {
  const places = [...new Set(ROWS.map(([, place]) => place))];
  expect(places).toEqual(expect.arrayContaining(['factors.0.secret', 'backupCodes.secret', 'pending.factor.secret']));
  expect(places.filter((place) => place.startsWith('pending.'))).toHaveLength(2);
  expect(places.filter((place) => place.startsWith('imported.'))).toEqual(['imported.prints']);
});

describe('one text under the old key', () => {
  test.each(ROWS)('of a user %s, at %s: is reported, and rekeyed', async (_user, place, prepare) => {
    const on = await oneOldText(place, prepare);
    const mfa = on.another(ROTATED);
    expect(await mfa.keyReport()).toContainEqual({ keyId: ID_A, configured: true, newest: false, users: 1 });
    const before = await on.store.record('ann');
    const pages = [];
    for await (const page of mfa.rekey()) pages.push(page);
    expect(pages).toEqual([{ scanned: 1, rekeyed: 1, unreadable: 0, after: 'ann' }]);
    const after = await on.store.record('ann');
    const others = sealedPlaces(after).filter((each) => each !== place);
    expect(others.map((each) => at(after, each))).toEqual(others.map((each) => at(before, each)));
    expect(await keyIds(on)).toEqual([ID_B]);
    expect(await mfa.keyReport()).toContainEqual({ keyId: ID_A, configured: true, newest: false, users: 0 });
  });

  test.each(ROWS)(
    'of a user %s, at %s: the key is gone: is reported, and unreadable',
    async (_user, place, prepare) => {
      const on = await oneOldText(place, prepare);
      const mfa = on.another({ keys: [KEY_B] });
      expect(await mfa.keyReport()).toContainEqual({ keyId: ID_A, configured: false, newest: false, users: 1 });
      const pages = [];
      for await (const page of mfa.rekey()) pages.push(page);
      expect(pages).toEqual([{ scanned: 1, rekeyed: 0, unreadable: 1, after: 'ann' }]);
    },
  );

  test.each(ROWS.filter(([, place]) => !place.startsWith('factors')))(
    'of a user %s, at %s: the next success moves it',
    async (user, place, prepare) => {
      const on = stage();
      const first = user === 'who sets up the first factor';
      const shown = first ? await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann' }) : null;
      const came = user === 'who came from another system';
      if (came) await on.mfa.importUser(userRow());
      const ann = first || came ? null : await on.enroll('ann');
      if (ann !== null) await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
      expect(prepare).toBeTypeOf('function');
      const old = await on.store.record('ann');
      const mfa = on.another(ROTATED);
      for await (const page of mfa.rekey()) expect(page.rekeyed).toBe(1);
      await on.store.edit('ann', (record) => withText(record, place, at(old, place)));
      on.clock.advance({ seconds: 30 });
      const code = ann?.code() ?? phoneOf(factorRow(1)).code(on.clock());
      if (shown === null) await mfa.stepUp('ann', { code });
      else await mfa.confirm({ userId: 'ann' }, { code: virtualAuthenticator(shown.uri).code(on.clock()) });
      expect(await keyIds(on)).toEqual([ID_B]);
    },
  );
});

describe('a setup that cannot be opened', () => {
  test('takes nothing away: it is refused and told, and what is active stays', async () => {
    const on = stage();
    const ann = await on.enroll('ann');
    const { uri } = await on.mfa.setup({ userId: 'ann' }, { accountName: 'ann', proof: ann.proof() });
    const spoiled = String(at(await on.store.record('ann'), 'pending.factor.secret')).replace(/.{4}$/, 'AAAA');
    await on.store.edit('ann', (record) => withText(record, 'pending.factor.secret', spoiled));
    const before = await on.mfa.status('ann');
    on.events.length = 0;
    const code = virtualAuthenticator(uri).code(on.clock());
    expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { code }))).toBe('secret_unreadable');
    expect(on.events).toMatchObject([{ type: 'secret_unreadable', operation: 'confirm' }]);
    expect(await on.mfa.status('ann')).toEqual({ ...before, seq: before.seq + 1 });
    on.clock.advance({ seconds: 30 });
    expect(await outcomeOf(on.mfa.stepUp('ann', { code: ann.code() }))).toBe('accepted');
    expect(await outcomeOf(on.mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }))).toBe('accepted');
  });
});
