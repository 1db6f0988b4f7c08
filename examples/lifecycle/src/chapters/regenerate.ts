/** Regenerate: a new list of backup codes replaces the old one in one step. */
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { codeOf, inPairs, takeBackupCode, wait, type Person, type Scene } from '../scene.ts';

/** Ann gets ten new backup codes. */
export async function regenerate(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;
  narrator.chapter('Ann wants new backup codes');
  wait(scene, { seconds: 30 });
  const code = codeOf(scene, ann);

  narrator.step('Her session alone is not enough, nor is a code without the password.');
  narrator.call(`mfa.regenerate("ann", { code: "${code}" })`);
  narrator.refused(await expectRefusal('proof_required', acme.server().regenerate(userId, { code })));
  const wrongProof = { password: 'letmein', code };
  narrator.refused(
    await expectRefusal('invalid_password', acme.server().regenerate(userId, wrongProof)),
    'Counted with all other failures.',
  );
  narrator.byHand('This page has a password check without a limit, and becomes the place to guess it.');

  narrator.step('With both.');
  narrator.call('mfa.regenerate("ann", { password, code })');
  const { backupCodes } = await acme.server().regenerate(userId, { password: PASSWORD, code });
  expectThat(backupCodes.length === 10, 'there are ten new codes');
  narrator.ok('Ten new codes:');
  narrator.figure(inPairs(backupCodes));

  narrator.step('A code of the old list, then one of the new.');
  const old = takeBackupCode(ann);
  narrator.refused(await expectRefusal('invalid_backup_code', acme.server().stepUp(userId, { backupCode: old })));
  ann.backupCodes = [...backupCodes];
  ann.secrets.push(...backupCodes);
  const { backupCodesRemaining } = await acme.server().stepUp(userId, { backupCode: takeBackupCode(ann) });
  expectThat(backupCodesRemaining === 9, 'nine of the new codes are left');
  narrator.ok('Accepted. Backup codes left: 9.');
}
