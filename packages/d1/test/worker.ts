/** The Worker under test: does what it is sent, with the store over its own binding. */
import type { Mfa, MfaStore, SecondFactor } from '@mfakit/core';
import {
  OUTBOX_TYPES,
  outcomeOf,
  storeCases,
  testApplication,
  testClock,
  type EnrolledUser,
  type TestApplication,
} from '@mfakit/testkit';
import type { Query } from '../src/binding.ts';
import { d1Store, migrate, type D1Database } from '../src/index.ts';

/** What a Worker can be told to do. */
export type Task =
  | {
      readonly do: 'batch';
      readonly database: 'DB' | 'EMPTY';
      readonly session: boolean;
      readonly queries: readonly Query[];
    }
  | { readonly do: 'case'; readonly index: number }
  | { readonly do: 'enroll'; readonly users: readonly string[] }
  | { readonly do: 'verify' }
  | { readonly do: 'raw' }
  | { readonly do: 'request'; readonly now: number; readonly userId: string; readonly input: SecondFactor }
  | { readonly do: 'stepUp'; readonly now: number; readonly userId: string; readonly inputs: readonly SecondFactor[] };

interface Env {
  readonly DB: D1Database;
  readonly EMPTY: D1Database;
}

/** One instance for all requests, as an application may have it. */
let shared: Mfa | undefined;

/** The users of a measurement, who have enrolled. */
let measured: { readonly application: TestApplication; readonly users: readonly EnrolledUser[] } | undefined;

async function enroll(store: MfaStore, userIds: readonly string[]): Promise<void> {
  const application = testApplication({ store, verifyPassword: 'passwordless' });
  const users: EnrolledUser[] = [];
  for (const userId of userIds) users.push(await application.enroll(userId));
  measured = { application, users };
}

/** One step-up of each user, one after the other: the same read and the same commit as a `verify`. */
async function verifyEach(): Promise<void> {
  if (measured === undefined) throw new Error('Enroll first.');
  const { application, users } = measured;
  application.clock.advance({ seconds: 30 });
  for (const user of users) {
    await application.mfa.stepUp(user.userId, { code: user.code() });
  }
}

/** What the same calls cost at the least: a row that is read, and in one transaction a row replaced and one added. */
async function rawEach(database: D1Database): Promise<void> {
  if (measured === undefined) throw new Error('Enroll first.');
  for (const { userId } of measured.users) {
    const [read] = await database.batch([
      database.prepare('SELECT revision, record FROM mfa_record WHERE user_id = ?').bind(userId),
    ]);
    const [row] = (read?.results ?? []) as readonly { readonly revision: string; readonly record: string }[];
    const seq = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    await database.batch([
      database
        .prepare('UPDATE mfa_record SET revision = ?, record = ? WHERE user_id = ? AND revision = ?')
        .bind(row?.revision ?? '', row?.record ?? '', userId, row?.revision ?? ''),
      database
        .prepare('INSERT INTO mfa_event (user_id, seq, at, event) VALUES (?, ?, ?, ?)')
        .bind('raw', seq, seq, EVENT),
    ]);
  }
}

/** As long as the event of a `verify`. */
const EVENT = JSON.stringify({ text: 'x'.repeat(220) });

async function perform(task: Task, env: Env): Promise<unknown> {
  const { DB } = env;
  if (task.do === 'batch') {
    const database = env[task.database];
    const session = task.session ? (database.withSession?.('first-primary') ?? database) : database;
    return session.batch(task.queries.map(([text, ...values]) => session.prepare(text).bind(...values)));
  }
  if (task.do === 'stepUp') {
    const { mfa } = testApplication({ store: d1Store(DB), clock: testClock(task.now), verifyPassword: 'passwordless' });
    return Promise.all(task.inputs.map((input) => outcomeOf(mfa.stepUp(task.userId, input))));
  }
  if (task.do === 'request') {
    shared ??= testApplication({ store: d1Store(DB), clock: testClock(task.now), verifyPassword: 'passwordless' }).mfa;
    return outcomeOf(shared.stepUp(task.userId, task.input));
  }
  if (task.do === 'enroll') {
    await enroll(d1Store(DB), task.users);
    return 'enrolled';
  }
  if (task.do === 'verify' || task.do === 'raw') {
    await (task.do === 'verify' ? verifyEach() : rawEach(DB));
    return 'done';
  }
  const cases = storeCases(async () => {
    await migrate(DB, { outbox: true });
    await DB.batch(['mfa_record', 'mfa_event', 'mfa_outbox'].map((table) => DB.prepare(`DELETE FROM ${table}`)));
    const connect = (): MfaStore => d1Store(DB, { outbox: { types: OUTBOX_TYPES } });
    return { connections: [connect(), connect(), connect(), connect()] };
  });
  await cases[task.index]?.run();
  return 'passed';
}

// A Worker's module must have its handler as the default export.
// oxlint-disable-next-line import/no-default-export
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return Response.json(await perform((await request.json()) as Task, env));
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};
