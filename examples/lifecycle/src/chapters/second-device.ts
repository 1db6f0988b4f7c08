/** Second device: Ann adds a tablet beside her phone, then loses the phone. */
import { PASSWORD } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { addAccount } from '../phone.ts';
import { codeOf, wait, type Person, type Scene } from '../scene.ts';

/** Ann's phone is replaced by her tablet. */
export async function secondDevice(scene: Scene, ann: Person): Promise<void> {
  const { acme, narrator } = scene;
  const { userId, accountName } = ann;
  narrator.chapter('Ann gets a tablet');
  wait(scene, { seconds: 30 });

  narrator.step('Someone at her unlocked computer asks for a new QR code.');
  narrator.call(`mfa.setup({ userId: "ann" }, { accountName: "${accountName}" })`);
  narrator.refused(await expectRefusal('already_enabled', acme.server().setup({ userId }, { accountName })));
  narrator.byHand('setup overwrites the secret: an open session is enough to take the account over.');

  narrator.step('Ann adds her tablet, with password and a code of her phone.');
  narrator.call('mfa.setup({ userId: "ann" }, { accountName, label: "Tablet", proof })');
  const proof = { password: PASSWORD, code: codeOf(scene, ann) };
  const added = await acme.server().setup({ userId }, { accountName, label: 'Tablet', proof });
  expectThat(added.backupCodes.length === 0, 'her backup codes stay');
  ann.secrets.push(added.secret);
  const tablet = addAccount(added.uri);
  wait(scene, { seconds: 30 });
  await acme.server().stepUp(userId, { code: codeOf(scene, ann) });
  narrator.ok('Staged beside the phone, which goes on working. Her backup codes stay as they are.');
  await acme.server().confirm({ userId }, { code: codeOf(scene, { phone: tablet }) });
  const { factors } = await acme.server().status(userId);
  expectThat(factors.length === 2, 'there are two factors');
  narrator.ok(`Confirmed. Her devices: ${factors.map(({ label }) => `"${label}"`).join(', ')}.`);

  wait(scene, { seconds: 30 });
  narrator.step('Either device signs her in.');
  for (const phone of [ann.phone, tablet]) {
    const token = await acme.challenge(userId, 'verify');
    await acme.server().verify({ token, code: codeOf(scene, { phone }) });
  }
  narrator.ok('Signed in with the phone, and with the tablet.');

  wait(scene, { seconds: 30 });
  narrator.step('The phone is stolen, in the middle of a sign-in. She removes it with her tablet.');
  narrator.call('mfa.removeFactor("ann", factorId, { password, code })');
  const stolenToken = await acme.challenge(userId, 'verify');
  const phoneId = factors.find(({ id }) => id !== added.factorId)?.id ?? '';
  const tabletProof = { password: PASSWORD, code: codeOf(scene, { phone: tablet }) };
  await acme.server().removeFactor(userId, phoneId, tabletProof);
  const left = (await acme.server().status(userId)).factors;
  expectThat(left.length === 1 && left[0]?.id === added.factorId, 'only the tablet is left');
  narrator.ok('Removed. The tablet is left.');

  wait(scene, { seconds: 30 });
  narrator.step('The thief goes on.');
  const code = codeOf(scene, ann);
  narrator.refused(
    await expectRefusal('invalid_token', acme.server().verify({ token: stolenToken, code })),
    'Every sign-in that was under way is void.',
  );
  narrator.refused(await expectRefusal('invalid_code', acme.server().stepUp(userId, { code })));
  ann.phone = tablet;
}
