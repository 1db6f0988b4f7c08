/** Backup codes: each works once, typed as people type, also when several are used at once. */
import { expectRefusal, expectTally, expectThat } from '../outcomes.ts';
import { takeBackupCode, type Person, type Scene } from '../scene.ts';

const PARALLEL = 5;

/** Ann's phone is in the other coat. */
export async function backupCodes(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId } = ann;
  const verify = async (backupCode: string): Promise<unknown> => {
    const token = await acme.challenge(userId, 'verify');
    return acme.server().verify({ token, backupCode });
  };
  narrator.chapter('Ann left her phone at home');

  const backupCode = takeBackupCode(ann);
  const typed = backupCode.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  narrator.step(`Her first backup code is ${backupCode}. She types it her own way.`);
  narrator.call(`mfa.verify({ token, backupCode: "${typed}" })`);
  const token = await acme.challenge(userId, 'verify');
  const verified = await acme.server().verify({ token, backupCode: typed });
  expectThat(verified.method === 'backup_code' && verified.backupCodesRemaining === 9, 'one of ten codes is spent');
  expectThat(verified.amr.join(' ') === 'pwd mfa', 'a backup code never claims to be a one-time password');
  narrator.ok(`Signed in. amr: ${verified.amr.join(' ')}, backup codes left: 9.`);
  narrator.byHand('Ten hashes are compared, one Argon2id each: half a second of work for any wrong guess.');

  narrator.step('The slip of paper is found and tried again.');
  narrator.refused(await expectRefusal('invalid_backup_code', verify(backupCode)), 'It counts as a failed attempt.');

  narrator.step(`The next code is sent ${PARALLEL} times at once, to two servers.`);
  const raced = takeBackupCode(ann);
  const copies = Array.from({ length: PARALLEL }, () => verify(raced));
  narrator.tally(await expectTally({ accepted: 1, invalid_backup_code: PARALLEL - 1 }, copies));

  narrator.step('Two different codes are used at the same moment.');
  const pair = [verify(takeBackupCode(ann)), verify(takeBackupCode(ann))];
  narrator.tally(await expectTally({ accepted: 2 }, pair));
  const { backupCodesRemaining } = await acme.server().status(userId);
  expectThat(backupCodesRemaining === 6, 'both codes are spent');
  narrator.ok('Backup codes left: 6. Both are spent.');
  narrator.byHand('Both read the same list and each writes back its own: one spent code is good again.');
}
