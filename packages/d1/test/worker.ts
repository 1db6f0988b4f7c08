/** The Worker under test: does what it is sent, with the store over its own binding. */
import type { SecondFactor } from '@mfakit/core';
import { outcomeOf, storeCases, testApplication, testClock } from '@mfakit/testkit';
import { d1Store, migrate, type D1Database } from '../src/index.ts';

/** What a Worker can be told to do. */
export type Task =
  | { readonly do: 'case'; readonly index: number }
  | { readonly do: 'stepUp'; readonly now: number; readonly userId: string; readonly inputs: readonly SecondFactor[] };

interface Env {
  readonly DB: D1Database;
}

async function perform(task: Task, { DB }: Env): Promise<unknown> {
  if (task.do === 'stepUp') {
    const { mfa } = testApplication({ store: d1Store(DB), clock: testClock(task.now), verifyPassword: 'passwordless' });
    return Promise.all(task.inputs.map((input) => outcomeOf(mfa.stepUp(task.userId, input))));
  }
  const cases = storeCases(async () => {
    await migrate(DB);
    await DB.batch([DB.prepare('DELETE FROM mfa_record'), DB.prepare('DELETE FROM mfa_event')]);
    return { connections: [d1Store(DB), d1Store(DB), d1Store(DB), d1Store(DB)] };
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
