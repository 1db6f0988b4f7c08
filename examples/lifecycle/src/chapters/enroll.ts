/** Enroll: Ann switches her second factor on, and nothing is in force before her first code. */
import { qrPngDataUrl, qrText } from '@mfakit/core/qr';
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { addAccount, scanImage, scanTerminal } from '../phone.ts';
import { codeOf, inPairs, wrongCodes, type Person, type Scene } from '../scene.ts';

const userId = 'ann';
const accountName = 'ann@example.com';

/** @returns Ann with her phone and her backup codes */
export async function enroll(scene: Scene): Promise<Person> {
  const { acme, narrator } = scene;
  narrator.chapter('Ann switches it on');

  narrator.step('Ann has only a password so far. It signs her in.');
  narrator.call('mfa.begin("ann")');
  const before = await acme.login(userId, PASSWORD);
  expectThat(before !== 'wrong password' && before.next === 'signed-in', 'a user without MFA is signed in');
  narrator.ok('next: signed-in');

  narrator.step('On her settings page she asks for a second factor.');
  narrator.call('mfa.setup({ userId: "ann" }, { accountName: "ann@example.com" })');
  const { uri, secret, backupCodes } = await acme.server().setup({ userId }, { accountName });
  expectThat(new Set(backupCodes).size === 10, 'there are ten different backup codes');
  narrator.ok('A secret and ten backup codes, shown this once and never again. The QR code holds the secret:');
  const lines = (await qrText(uri)).split('\n');
  narrator.qrCode(lines);
  narrator.ok(`If she could not scan it, she would type the secret: ${secret}`);
  narrator.ok('The backup codes, to print or put in a safe:');
  narrator.figure(inPairs(backupCodes));

  narrator.step('Her phone scans the code: pngjs and jsqr decode it, otpauth computes.');
  expectThat(scanImage(await qrPngDataUrl(uri)) === uri, 'the PNG image decodes to the URI');
  expectThat(scanTerminal(lines) === uri, 'the lines above decode to the URI');
  narrator.ok('The PNG image and the lines above both decode to the same URI:');
  narrator.figure(uri.split(/(?=[?&])/).map((part, i) => (i === 0 ? part : `  ${part}`)));
  const phone = addAccount(uri);
  expectThat(phone.issuer === 'Acme' && phone.accountName === accountName, 'the app shows issuer and account');
  const ann: Person = {
    userId,
    accountName,
    phone,
    backupCodes: [...backupCodes],
    secrets: [secret, ...backupCodes],
  };
  narrator.ok(`The app shows "Acme (${accountName})" and the code ${codeOf(scene, ann)}.`);

  narrator.step('Had Ann closed the page before scanning? She still signs in with her password.');
  const meanwhile = await acme.login(userId, PASSWORD);
  expectThat(meanwhile !== 'wrong password' && meanwhile.next === 'signed-in', 'an unconfirmed setup changes nothing');
  narrator.ok('next: signed-in. A setup is only staged; a page reload makes a new one.');
  narrator.byHand('The secret is saved as active at once: whoever closes the page is locked out.');

  await confirm(scene, ann);
  return ann;
}

async function confirm(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const [wrongCode = ''] = wrongCodes(scene, ann, 1);

  narrator.step('She mistypes the first code.');
  narrator.call(`mfa.confirm({ userId: "ann" }, { code: "${wrongCode}" })`);
  narrator.refused(await expectRefusal('invalid_code', acme.server().confirm({ userId }, { code: wrongCode })));
  narrator.refused(
    await expectRefusal('invalid_input', acme.server().confirm({ userId }, { code: '12345' })),
    'Five digits are no code at all: nothing is computed and nothing counted.',
  );

  const code = codeOf(scene, ann);
  narrator.step('She types the right one.');
  narrator.call(`mfa.confirm({ userId: "ann" }, { code: "${code}" })`);
  await acme.server().confirm({ userId }, { code });
  const { enabled, factors, backupCodesRemaining } = await acme.server().status(userId);
  expectThat(enabled && factors.length === 1 && backupCodesRemaining === 10, 'one factor and ten codes are in force');
  narrator.ok('MFA is on: one factor, ten backup codes.');

  narrator.step('Someone looked over her shoulder and uses the same code at once.');
  narrator.call(`mfa.stepUp("ann", { code: "${code}" })`);
  narrator.refused(await expectRefusal('code_already_used', acme.server().stepUp(userId, { code })));
  narrator.byHand('The code that confirms a setup is checked but not remembered: it signs in once more.');
}
