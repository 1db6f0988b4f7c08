/** A process that imports a part of many users into PostgreSQL, as the command line does, and may be killed at any time. */
import { testClock } from '@mfakit/testkit';
import { importAll, sources, type ReadRow } from '../src/index.ts';
import { NOW, openApplication, type ImportTask, type Told } from './import-application.ts';
import { MANY } from './many-users.ts';

async function work(task: ImportTask): Promise<void> {
  const { mfa, pool } = openApplication(task, testClock(NOW));
  const many = MANY[task.source];
  if (many === undefined) throw new Error('no such source');
  const readDocument = sources[many.source].prepare(many.options);
  function* rows(): Generator<ReadRow> {
    for (let index = 0; index < task.users; index += 1) yield* readDocument(many?.document(index));
  }
  const outcomes: Record<string, number> = {};
  let reported = 0;
  for await (const { outcome } of importAll(mfa, rows())) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    reported += 1;
    if (reported % 20 === 0) process.send?.({ reported } satisfies Told);
  }
  await pool.end();
  process.send?.({ outcomes } satisfies Told);
  process.disconnect();
}

process.once('message', (task: ImportTask) => void work(task));
