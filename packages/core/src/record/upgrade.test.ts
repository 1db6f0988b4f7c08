import { expect, test } from 'vitest';
import { memoryStore } from '@mfakit/memory';
import { testClock } from '@mfakit/testkit';
import { checkedStore } from '../checked-store.ts';
import { createDecide } from '../decide.ts';
import { systemRandom } from '../crypto/random.ts';
import { createSeenRecords } from '../seen-records.ts';
import { totpFactorFields, totpSecretFields } from '../factors/totp/stored.ts';
import { enforce } from '../transitions/administration.ts';
import { createReadRecord } from './read-record.ts';
import { EMPTY_RECORD, type MfaRecord } from './record.ts';
import { upgradeRecord, type Upgrade } from './upgrade.ts';

const KINDS = [{ method: 'totp', stagedFields: totpSecretFields, activeFields: totpFactorFields }];

/** An invented schema: it counted events under another name, and its predecessor had no epoch. */
const INVENTED: readonly Upgrade[] = [
  { from: -1, upgrade: (stored) => ({ ...stored, epoch: 7 }) },
  { from: 0, upgrade: ({ events, ...stored }) => ({ ...stored, lastEventSeq: events }) },
];
const { lastEventSeq: _, ...rest } = EMPTY_RECORD;
const OLD = { ...rest, schema: 0, events: 3 };

test('a record of an earlier schema is read as one of today', () => {
  const readRecord = createReadRecord(KINDS, INVENTED);
  expect(readRecord(OLD)).toEqual({ ...EMPTY_RECORD, lastEventSeq: 3 });
});

test('several steps are taken in order', () => {
  const { epoch: __, ...older } = OLD;
  expect(upgradeRecord({ ...older, schema: -1 }, INVENTED)).toEqual({ ...EMPTY_RECORD, epoch: 7, lastEventSeq: 3 });
});

test('it stays as it is until the next swap, which stores it in the form of today', async () => {
  const raw = memoryStore();
  await raw.commit({
    userId: 'ann',
    expected: null,
    next: { revision: 'r0', record: OLD as unknown as MfaRecord },
    events: [],
  });
  const store = checkedStore(raw, createReadRecord(KINDS, INVENTED), () => undefined);
  const decide = createDecide({
    store,
    seenRecords: createSeenRecords(),
    clock: testClock(),
    random: systemRandom,
    onEvent: undefined,
    context: () => ({ policy: {} as never, secrets: {} as never, demand: null }),
  });
  expect((await store.read('ann'))?.record.lastEventSeq).toBe(3);
  expect((await raw.read('ann'))?.record).toEqual(OLD);

  await decide('ann', enforce(0));
  expect((await raw.read('ann'))?.record).toMatchObject({ schema: 1, lastEventSeq: 4, enforcement: { from: 0 } });
});

test('a newer schema is refused by a message of its own, also when there are upgrades', () => {
  expect(() => createReadRecord(KINDS, INVENTED)({ ...EMPTY_RECORD, schema: 2 })).toThrow(
    'schema that this release does not know',
  );
});

test('what an upgrade gives is checked like any record', () => {
  const broken: readonly Upgrade[] = [{ from: 0, upgrade: (stored) => stored }];
  expect(() => createReadRecord(KINDS, broken)(OLD)).toThrow('damaged at');
});
