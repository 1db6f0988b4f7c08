/** etcdStore: the store port over an etcd cluster, through the JSON gateway of its nodes; one transaction a commit. */
import type { EventPage, MfaEvent, MfaStore, ScannedRecord, ScanPage, StoredRecord, Swap } from '@mfakit/core';

/** What is stored under the key of a record. */
type RecordValue = ScannedRecord;

interface Found {
  readonly kvs?: readonly { readonly value: string }[];
}

interface Outcome {
  readonly succeeded?: boolean;
  readonly responses?: readonly { readonly response_range?: Found }[];
}

/**
 * A store in an etcd cluster, below a prefix.
 *
 * Three kinds of keys: `record/<user>` holds the record, `revision/<user>` its revision alone, which a transaction can
 * compare, and `event/<user>/<seq>` an event each. The user id is in hexadecimal digits: no id begins another's keys, and
 * the order of the keys is that of the ids.
 *
 * @param endpoints - of all nodes, such as `http://127.0.0.1:2379`
 */
export function etcdStore(endpoints: readonly [string, ...string[]], prefix = 'mfa/'): MfaStore {
  let last = 0;

  /**
   * Asks the node that answered last, and in turn the others if it does not answer. The same commit may so arrive twice,
   * and its second answer is right (the rule of commits that are sent twice).
   */
  async function ask<Answer>(path: string, request: unknown): Promise<Answer> {
    let failure: unknown;
    for (let tried = 0; tried < endpoints.length; tried += 1) {
      const turn = (last + tried) % endpoints.length;
      try {
        const response = await fetch(`${endpoints[turn]}/v3/kv/${path}`, {
          method: 'POST',
          body: JSON.stringify(request),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`etcd answers with ${response.status}.`);
        last = turn;
        return JSON.parse(text) as Answer;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  // A range is linearizable unless it asks to be `serializable`, which reads what one node happens to know.
  const range = async (request: Readonly<Record<string, unknown>>): Promise<readonly string[]> =>
    ((await ask<Found>('range', request)).kvs ?? []).map(({ value }) => decoded(value));

  const recordKey = (userId: string): string => `${prefix}record/${hex(userId)}`;
  const revisionKey = (userId: string): string => `${prefix}revision/${hex(userId)}`;
  const eventKey = (userId: string, seq: number): string =>
    `${prefix}event/${hex(userId)}/${String(seq).padStart(16, '0')}`;

  /** What becomes of the keys of a user if the swap succeeds. */
  function writes({ userId, next, events }: Swap): readonly object[] {
    const value: RecordValue | null = next && { userId, ...next };
    const added = events === 'erase' ? [] : events;
    return [
      ...(value === null
        ? [remove(recordKey(userId)), remove(revisionKey(userId))]
        : [put(recordKey(userId), JSON.stringify(value)), put(revisionKey(userId), value.revision)]),
      ...(value === null || events === 'erase' ? [remove(eventKey(userId, 0), eventKey(userId, 9e15))] : []),
      ...added.map((event) => put(eventKey(userId, event.seq), JSON.stringify(event))),
    ];
  }

  return {
    async read(userId: string): Promise<StoredRecord | null> {
      const [value] = await range({ key: encoded(recordKey(userId)) });
      return value === undefined ? null : stored(value);
    },

    async commit(swap: Swap): Promise<boolean> {
      const { userId, expected, next, events } = swap;
      const revision = revisionKey(userId);
      const added = events === 'erase' ? [] : events;
      const { succeeded = false, responses = [] } = await ask<Outcome>('txn', {
        compare: [
          expected === null ? isAbsent(revision) : isValue(revision, expected),
          ...added.map(({ seq }) => isAbsent(eventKey(userId, seq))),
        ],
        success: writes(swap),
        failure: [{ request_range: { key: encoded(revision) } }],
      });
      if (succeeded) return true;
      const [found] = responses[0]?.response_range?.kvs ?? [];
      const current = found === undefined ? null : decoded(found.value);
      // Sent twice: all of it is stored already.
      if (next !== null && current === next.revision) return true;
      if (current === expected) throw new Error('An event with this number is stored already.');
      return false;
    },

    async events(userId: string, { before = Number.MAX_SAFE_INTEGER, limit }: EventPage): Promise<readonly MfaEvent[]> {
      const values = await range({
        key: encoded(eventKey(userId, 0)),
        range_end: encoded(eventKey(userId, before)),
        limit,
        sort_order: 'DESCEND',
        sort_target: 'KEY',
      });
      return values.map((value): MfaEvent => JSON.parse(value));
    },

    async scan({ after, limit }: ScanPage): Promise<readonly ScannedRecord[]> {
      // The least key after that of a user is the same with a zero byte; `0` comes after `/`.
      const from = after === undefined ? `${prefix}record/` : `${recordKey(after)}\0`;
      const values = await range({ key: encoded(from), range_end: encoded(`${prefix}record0`), limit });
      return values.map((value): RecordValue => JSON.parse(value));
    },

    async check(): Promise<void> {
      // A node that has lost the others cannot answer this.
      await range({ key: encoded(`${prefix}record/`) }).catch((cause: unknown) => {
        throw new Error('No node of etcd answers: look whether more than half of them run.', { cause });
      });
    },
  };
}

function stored(value: string): StoredRecord {
  const { revision, record }: RecordValue = JSON.parse(value);
  return { revision, record };
}

const isAbsent = (key: string): object => ({
  key: encoded(key),
  target: 'CREATE',
  result: 'EQUAL',
  create_revision: '0',
});
const isValue = (key: string, value: string): object => ({
  key: encoded(key),
  target: 'VALUE',
  result: 'EQUAL',
  value: encoded(value),
});
const put = (key: string, value: string): object => ({ request_put: { key: encoded(key), value: encoded(value) } });
const remove = (key: string, end?: string): object => ({
  request_delete_range: { key: encoded(key), ...(end !== undefined && { range_end: encoded(end) }) },
});

/** The gateway takes bytes in base64. */
const encoded = (text: string): string => Buffer.from(text).toString('base64');
const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString();
const hex = (text: string): string => Buffer.from(text).toString('hex');
