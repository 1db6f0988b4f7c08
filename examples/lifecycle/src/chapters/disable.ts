/** Disable: Ann switches it off, which takes more than an open session. */
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { codeOf, takeBackupCode, wait, type Person, type Scene } from '../scene.ts';

/** MFA is off again, for Ann. */
export async function disable(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;
  narrator.chapter('Ann switches it off');
  wait(scene, { seconds: 30 });

  narrator.step('Someone at her unlocked computer knows the password, but has no code.');
  narrator.call('mfa.disable("ann", { password, code: "000000" })');
  const guess = codeOf(scene, ann) === '000000' ? '000001' : '000000';
  narrator.refused(
    await expectRefusal('invalid_code', acme.server().disable(userId, { password: PASSWORD, code: guess })),
    'Counted with all other failures.',
  );
  narrator.byHand('"Confirm with your password" is all it takes to remove the second factor.');

  narrator.step('Ann does it with her password and a backup code.');
  narrator.call('mfa.disable("ann", { password, backupCode })');
  await acme.server().disable(userId, { password: PASSWORD, backupCode: takeBackupCode(ann) });
  const { enabled, backupCodesRemaining } = await acme.server().status(userId);
  expectThat(!enabled && backupCodesRemaining === 0, 'no factor and no backup code is left');
  const begun = await acme.login(userId, PASSWORD);
  expectThat(begun !== 'wrong password' && begun.next === 'signed-in', 'the password alone signs her in again');
  narrator.ok('MFA is off. Her password signs her in: next: signed-in.');

  narrator.step('Her tablet still shows codes.');
  narrator.refused(await expectRefusal('not_enabled', acme.server().stepUp(userId, { code: codeOf(scene, ann) })));
}
