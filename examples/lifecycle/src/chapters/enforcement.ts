/** Enforcement: Ben must have a second factor, after a grace period, and enrolls in the middle of signing in. */
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { addAccount } from '../phone.ts';
import { codeOf, time, wait, type Person, type Scene } from '../scene.ts';

const userId = 'ben';
const accountName = 'ben@example.com';
const GRACE_DAYS = 7;

/** @returns Ben, enrolled */
export async function enforcement(scene: Scene): Promise<Person> {
  const { acme, narrator } = scene;
  narrator.chapter('Acme requires it of Ben');

  const from = new Date(acme.clock() + GRACE_DAYS * 24 * 3_600_000);
  narrator.step('Ben has no second factor. He is given a week.');
  narrator.call(`mfa.enforce("ben", { from: ${from.toISOString()} })`);
  await acme.server().enforce(userId, { from });
  const grace = await acme.login(userId, PASSWORD);
  expectThat(grace !== 'wrong password' && grace.next === 'signed-in', 'he is signed in during the grace period');
  expectThat(grace.enrollBy?.getTime() === from.getTime(), 'he is told the date');
  narrator.ok(`next: signed-in, enrollBy: ${time(from.getTime())}. Acme shows a reminder.`);

  narrator.step('He forgets about it. The week is over.');
  wait(scene, { hours: GRACE_DAYS * 24 }, 'by a week');
  const token = await acme.challenge(userId, 'enroll');
  narrator.ok('next: enroll. His password gives him a token to enroll with, and no session.');
  narrator.byHand('He is signed in and sent to the setup page: every other address of the site works, too.');

  narrator.step('The enroll token is tried as a sign-in.');
  narrator.refused(
    await expectRefusal('invalid_token', acme.server().verify({ token, code: '123456' })),
    'A token serves one purpose.',
  );
  return enrollByToken(scene, token);
}

async function enrollByToken(scene: Scene, token: string): Promise<Person> {
  const { acme, narrator } = scene;

  narrator.step('He sets it up and types the first code.');
  narrator.call(`mfa.setup({ token }, { accountName: "${accountName}" })`);
  const { uri, secret, backupCodes } = await acme.server().setup({ token }, { accountName });
  const ben: Person = {
    userId,
    accountName,
    phone: addAccount(uri),
    backupCodes: [...backupCodes],
    secrets: [secret, ...backupCodes],
  };
  const code = codeOf(scene, ben);
  narrator.call(`mfa.confirm({ token }, { code: "${code}" })`);
  const verified = await acme.server().confirm({ token }, { code });
  expectThat(verified.userId === userId && verified.amr.includes('mfa'), 'the first code also signs Ben in');
  narrator.ok(`Enrolled and signed in at once. amr: ${verified.amr.join(' ')}.`);

  narrator.step('The enroll token is tried again, to put another phone in place of his.');
  narrator.refused(await expectRefusal('token_used', acme.server().setup({ token }, { accountName })));
  narrator.byHand('The link still works: whoever finds it in the browser history replaces the factor.');

  wait(scene, { seconds: 30 });
  narrator.step('Ben finds it tiresome and switches it off, with password and code.');
  const proof = { password: PASSWORD, code: codeOf(scene, ben) };
  narrator.refused(await expectRefusal('required_by_policy', acme.server().disable(userId, proof)));

  narrator.step('Acme changes its policy.');
  narrator.call('mfa.exempt("ben")');
  await acme.server().exempt(userId);
  expectThat((await acme.server().status(userId)).enforcement === null, 'nothing is required of Ben');
  narrator.ok('Nothing is required of Ben any more. He keeps it all the same.');
  return ben;
}
