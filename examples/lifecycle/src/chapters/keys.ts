/** Keys: what the database holds is sealed, and the key that seals it can be replaced while everything runs. */
import type { KeyUsage } from '@mfakit/core';
import { newKey } from '../acme.ts';
import { expectRefusal, expectThat } from '../outcomes.ts';
import { codeOf, wait, type Person, type Scene } from '../scene.ts';
import { findSecrets } from '../search.ts';

/** The master key is replaced; a copy of the database is of no use without one. */
export async function rotateKeys(scene: Scene, people: readonly [Person, Person]): Promise<void> {
  const { acme, narrator } = scene;
  const [ann, ben] = people;
  narrator.chapter('Acme replaces its key');

  narrator.step('What the database holds of Ann.');
  const found = await findSecrets(acme.store, people);
  expectThat(found.length === 0, 'no secret and no backup code stands in the database');
  const record = JSON.stringify((await acme.store.read(ann.userId))?.record);
  const shown = ann.secrets.length + ben.secrets.length;
  narrator.ok(
    `One document of ${record.length} bytes, and her events. All ${shown} secrets and backup codes that Ann and Ben ` +
      'were ever shown were searched for in the whole database: none is in it.',
  );

  narrator.step('A thief puts a copy of the database behind a server of their own.');
  wait(scene, { seconds: 30 });
  const thief = await acme.stolenServer();
  narrator.refused(
    await expectRefusal('secret_unreadable', thief.stepUp(ann.userId, { code: codeOf(scene, ann) })),
    'Without the key, what cannot be read never passes.',
  );

  narrator.step('Acme adds a new key in front of the old one. Nobody notices.');
  narrator.call('createMfa({ ..., keys: [newKey, oldKey] })');
  const freshKey = newKey();
  const [oldKey = ''] = acme.keys;
  acme.deploy([freshKey, oldKey]);
  await acme.server().verify({ token: await acme.challenge(ann.userId, 'verify'), code: codeOf(scene, ann) });
  narrator.ok('Ann signs in. Her record was written anyway, so it is under the new key now:');
  const halfway = await acme.server().keyReport();
  narrator.figure(halfway.map(describe));
  expectThat(halfway.map(({ users }) => users).join() === '1,1', 'one of two users has moved');
  narrator.byHand('Secrets in plain text, or under a key that no one can replace.');

  narrator.step('The rest is moved in one sweep.');
  narrator.call('for await (const progress of mfa.rekey()) ...');
  for await (const { scanned, rekeyed, unreadable } of acme.server().rekey()) {
    narrator.ok(`scanned: ${scanned}, rekeyed: ${rekeyed}, unreadable: ${unreadable}`);
  }
  const done = await acme.server().keyReport();
  narrator.figure(done.map(describe));
  expectThat(done.map(({ users }) => users).join() === '2,0', 'all users have moved');

  narrator.step('The old key is dropped.');
  narrator.call('createMfa({ ..., keys: [newKey] })');
  acme.deploy([freshKey]);
  wait(scene, { seconds: 30 });
  for (const person of people) {
    const token = await acme.challenge(person.userId, 'verify');
    await acme.server().verify({ token, code: codeOf(scene, person) });
  }
  narrator.ok('Ann and Ben sign in.');
}

function describe({ keyId, newest, users }: KeyUsage): string {
  return `key ${keyId} ${newest ? '(newest)' : '(older) '}  users: ${users}`;
}
