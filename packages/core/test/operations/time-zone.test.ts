/** the time zone of the process changes no step, no lock and no expiry. */
import { afterEach, expect, test } from 'vitest';
import { outcomeOf, testApplication } from '@mfakit/testkit';

const ZONE = process.env['TZ'];

afterEach(() => {
  if (ZONE === undefined) delete process.env['TZ'];
  else process.env['TZ'] = ZONE;
});

/** A day in New York on which an hour is missing: 8 March 2026, 02:00 local is 07:00 UTC. */
const BEFORE_THE_GAP = Date.UTC(2026, 2, 8, 6, 59, 0);

/** One life across the gap; everything in it that shows an instant or depends on one. */
async function livedIn(zone: string): Promise<unknown> {
  process.env['TZ'] = zone;
  const offset = new Date(BEFORE_THE_GAP).getTimezoneOffset();
  const app = testApplication({ lockout: { maxFailures: 2, durationSeconds: 3_600 } });
  app.clock.set(BEFORE_THE_GAP);
  await app.mfa.enforce('ann', { from: new Date(BEFORE_THE_GAP + 5_400_000) });
  const ann = await app.enroll('ann');
  const seen: unknown[] = [await app.mfa.begin('ann').then(({ next }) => next)];
  seen.push((await app.mfa.stepUp('ann', { code: ann.code() })).authTime.toISOString());
  for (let i = 0; i < 3; i++) seen.push(await outcomeOf(app.mfa.stepUp('ann', { code: ann.wrongCode() })));
  seen.push((await app.mfa.status('ann')).lockedUntil?.toISOString());
  app.clock.advance({ seconds: 3_599, milliseconds: 999 });
  seen.push(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() })));
  app.clock.advance({ milliseconds: 1 });
  seen.push(await outcomeOf(app.mfa.stepUp('ann', { code: ann.code() })));
  app.clock.advance({ minutes: 30 });
  seen.push(await outcomeOf(app.mfa.disable('ann', ann.proof())));
  seen.push((await app.mfa.history('ann')).map(({ at, type }) => `${at} ${type}`));
  return { offset, seen };
}

test('R-08: a life across a change to summer time is the same in every zone', async () => {
  const zones = ['UTC', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Kolkata'];
  const lives = [];
  for (const zone of zones) lives.push(await livedIn(zone));
  const [utc] = lives as { offset: number; seen: unknown[] }[];
  // The zones did take effect in this process.
  expect(lives.map((life) => (life as { offset: number }).offset)).toEqual([0, 300, -840, -330]);
  for (const life of lives as { seen: unknown[] }[]) expect(life.seen).toEqual(utc?.seen);
  expect(utc?.seen).toContain('locked');
  expect(utc?.seen).toContain('required_by_policy');
});
