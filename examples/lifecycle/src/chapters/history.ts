/** History: every committed change is an event, numbered without a gap, without a secret. */
import type { MfaEvent } from '@mfakit/core';
import { expectThat } from '../outcomes.ts';
import { time, type Person, type Scene } from '../scene.ts';
import { findSecrets } from '../search.ts';

const PAGE = 200;
const SHOWN = 8;

/** What Acme can tell of Ann afterwards. */
export async function history(scene: Scene, people: readonly [Person, Person]): Promise<void> {
  const { acme, narrator } = scene;
  const [{ userId }] = people;
  narrator.chapter('What is on record');

  narrator.step("Ann's events, newest first.");
  narrator.call('mfa.history("ann", { limit: 200 })');
  const events: MfaEvent[] = [];
  for (let before: number | undefined; ; before = events.at(-1)?.seq) {
    const page = await acme.server().history(userId, { limit: PAGE, ...(before !== undefined && { before }) });
    events.push(...page);
    if (page.length < PAGE) break;
  }
  const newest = events.slice(0, SHOWN);
  narrator.figure(newest.map(describe));

  narrator.step('How often what happened.');
  const counts = new Map<string, number>();
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  narrator.figure([...counts].map(([type, count]) => `${String(count).padStart(4)}  ${type}`));

  narrator.step('Is anything missing, and does anything say too much?');
  const gapless = events.every(({ seq }, i) => seq === events.length - i);
  expectThat(gapless && events.length > 0, 'events are numbered from 1 without a gap');
  expectThat(counts.get('account_locked') === 3, 'Ann was locked out three times');
  expectThat(counts.get('disabled') === 1, 'and disabled MFA once');
  narrator.ok(`${events.length} events, numbered 1 to ${events.length} without a gap: none was lost.`);
  expectThat((await findSecrets(acme.store, people)).length === 0, 'no event and no record holds a secret');
  narrator.ok('None of them, and no record, holds a secret or a backup code.');
}

function describe(event: MfaEvent): string {
  const reason = event.type === 'attempt_refused' ? `: ${event.reason}` : '';
  return `${String(event.seq).padStart(4)}  ${time(event.at)}  ${event.type}${reason}`;
}
