/** Lockout: guessing ends after ten failures, however many are sent at once, and the lock says when it ends. */
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectTally, expectThat } from '../outcomes.ts';
import { codeOf, time, wait, wrongCodes, type Person, type Scene } from '../scene.ts';

const GUESSES = 200;
const MINUTE_MS = 60_000;

/** Someone knows Ann's password and guesses at her code. */
export async function lockout(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;
  narrator.chapter('Someone guesses');
  wait(scene, { seconds: 30 });

  narrator.step(`They have the password and send ${GUESSES} guesses at once, to two servers.`);
  const token = await acme.challenge(userId, 'verify');
  const guesses = wrongCodes(scene, ann, GUESSES).map((code) => acme.server().verify({ token, code }));
  narrator.tally(await expectTally({ invalid_code: 10, 'locked or busy': GUESSES - 10 }, guesses));
  narrator.ok(
    'Ten were checked. Those that found too many waiting are refused as busy, and those after the lock as locked.',
  );
  narrator.byHand(`All ${GUESSES} requests read "0 failures" before the first one writes "1": all are checked.`);

  narrator.step('Ann herself, with the right code and with the right password.');
  const refused = await expectRefusal('locked', acme.server().verify({ token, code: codeOf(scene, ann) }));
  narrator.refused(refused, 'Right and wrong codes get one answer, and nothing is computed.');
  narrator.refused(await expectRefusal('locked', acme.login(userId, PASSWORD)), 'The login route refuses, too.');
  const reopensAt = refused.retryAt?.getTime() ?? 0;
  expectThat(reopensAt === acme.clock() + 30 * MINUTE_MS, 'the first lock lasts 30 minutes');
  narrator.clock(`It is ${time(acme.clock())}. error.retryAt: ${time(reopensAt)}.`);

  narrator.step('One millisecond before it reopens.');
  acme.clock.set(reopensAt - 1);
  narrator.clock(`moved on: ${time(acme.clock())}`);
  narrator.refused(await expectRefusal('locked', acme.login(userId, PASSWORD)));

  narrator.step('At that instant Ann signs in.');
  acme.clock.set(reopensAt);
  narrator.clock(`moved on: ${time(acme.clock())}`);
  const freshToken = await acme.challenge(userId, 'verify');
  await acme.server().verify({ token: freshToken, code: codeOf(scene, ann) });
  narrator.ok('Signed in. A full success sets the count of failures back to zero.');

  await lockTwice(scene, ann);
}

/** Passwords and codes share one count, and waiting does not clear it. */
async function lockTwice(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;

  narrator.step('They come back: five wrong passwords, then five wrong codes.');
  const token = await acme.challenge(userId, 'verify');
  await failTenTimes(scene, ann, token);
  const first = await expectRefusal('locked', acme.login(userId, PASSWORD));
  narrator.refused(
    first,
    `Passwords and codes share one count. error.retryAt: ${time(first.retryAt?.getTime() ?? 0)}.`,
  );
  narrator.byHand('Two counters, or one per session: guesses add up over both, and a new session starts at zero.');

  narrator.step('They wait until it reopens, and fail ten times more.');
  wait(scene, { minutes: 30 }, 'to the reopening');
  await failTenTimes(scene, ann, await acme.challenge(userId, 'verify'));
  const second = await expectRefusal('locked', acme.login(userId, PASSWORD));
  const minutes = ((second.retryAt?.getTime() ?? 0) - acme.clock()) / MINUTE_MS;
  expectThat(minutes === 60, 'the second lock lasts twice as long');
  narrator.refused(second, `Now for ${minutes} minutes: time ends a lock, but clears no failure.`);
  narrator.byHand('The count is cleared when the lock ends: ten guesses every half hour, for ever.');

  narrator.step('Ann calls support, proves who she is, and support lifts the lock.');
  narrator.call('mfa.unlock("ann")');
  await acme.server().unlock(userId);
  const code = codeOf(scene, ann);
  await acme.server().verify({ token: await acme.challenge(userId, 'verify'), code });
  narrator.ok('Ann signs in.');
}

async function failTenTimes(scene: Scene, ann: Person, token: string): Promise<void> {
  const { acme } = scene;
  for (let i = 0; i < 5; i++) {
    expectThat((await acme.login(ann.userId, `guess ${i}`)) === 'wrong password', 'a wrong password is counted');
  }
  for (const code of wrongCodes(scene, ann, 5)) {
    await expectRefusal('invalid_code', acme.server().verify({ token, code }));
  }
}
