/** Sign-in: password, then a code, and each code only once. */
import { expectRefusal, expectTally, expectThat } from '../outcomes.ts';
import { codeOf, wait, wrongCodes, type Person, type Scene } from '../scene.ts';

const PARALLEL = 50;

/** Ann signs in; copies of what she sent do not. */
export async function signIn(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;
  narrator.chapter('Ann signs in');
  wait(scene, { seconds: 30 });

  narrator.step('Her password is right. It no longer signs her in.');
  narrator.call('mfa.begin("ann")');
  const token = await acme.challenge(userId, 'verify');
  narrator.ok('next: verify, with a token that lives five minutes and opens nothing but the next step.');

  const [wrongCode = ''] = wrongCodes(scene, ann, 1);
  narrator.step('She mistypes the code.');
  narrator.call(`mfa.verify({ token, code: "${wrongCode}" })`);
  narrator.refused(await expectRefusal('invalid_code', acme.server().verify({ token, code: wrongCode })));

  const code = codeOf(scene, ann);
  narrator.step('She types it again, rightly.');
  narrator.call(`mfa.verify({ token, code: "${code}" })`);
  const verified = await acme.server().verify({ token, code });
  expectThat(verified.userId === userId && verified.method === 'totp', 'the code signs Ann in');
  expectThat(verified.amr.join(' ') === 'pwd otp mfa', 'amr names password and one-time password (RFC 8176)');
  narrator.ok(`Signed in. method: ${verified.method}, amr: ${verified.amr.join(' ')}.`);

  narrator.step('A phishing page passes the same code on, with a token of its own.');
  narrator.call(`mfa.verify({ token: another, code: "${code}" })`);
  const another = await acme.challenge(userId, 'verify');
  narrator.refused(await expectRefusal('code_already_used', acme.server().verify({ token: another, code })));
  narrator.byHand('The code is good for its whole window of 90 seconds, for everyone who has seen it.');

  wait(scene, { seconds: 30 });
  narrator.step('The first token comes again, with a fresh code.');
  narrator.refused(
    await expectRefusal('token_used', acme.server().verify({ token, code: codeOf(scene, ann) })),
    'One token, one success.',
  );

  await raceOneCode(scene, ann);
}

async function raceOneCode(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const code = codeOf(scene, ann);
  narrator.step(`${PARALLEL} requests bring one right code at once, to two servers.`);
  const tokens = await Promise.all(Array.from({ length: PARALLEL }, () => acme.challenge(ann.userId, 'verify')));
  const calls = tokens.map((token) => acme.server().verify({ token, code }));
  narrator.tally(await expectTally({ accepted: 1, code_already_used: PARALLEL - 1 }, calls));
  narrator.byHand('"Is it used?" and "mark it used" are two statements: several requests pass between them.');
}
