/** R-65 of passkeys: no id, key, challenge, signature, handle or token of one is in any event or error. */
import type { MfaError } from '@mfakit/core';
import { softwareKey, TEST_PASSWORD, type BentResponse } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { everyTextOf, Secrets } from '../operations/secrets.ts';
import { unreadable } from '../store/unreadable-record.ts';
import { answered, creationOptions, withPasskeys, WRONG_SIGNATURE } from './passkey-harness.ts';

const BENT: readonly BentResponse[] = [
  {},
  WRONG_SIGNATURE,
  { clientData: { origin: 'https://evil.example' } },
  { clientData: { challenge: 'B'.repeat(43) } },
  { rpId: 'evil.example' },
  { signCount: 0 },
  { backupEligible: true },
  { userVerified: false },
  { userHandle: null },
  { userHandle: 'Ym9iYm9iYm9i' },
];

test('R-65, invariant 8: over a life of every refusal nothing of a passkey is left behind', async () => {
  const owners = new Map<string, string>();
  const users = {
    ofHandle: async (handle: Uint8Array) => owners.get(Buffer.from(handle).toString('base64url')) ?? null,
  };
  const on = stage(withPasskeys({ users }));
  const { mfa, store } = on;
  const secrets = new Secrets();
  const errors: unknown[] = [];
  const records: string[] = [];
  const run = async (call: () => Promise<unknown>): Promise<void> => {
    await call().catch((error: unknown) => errors.push(error));
    records.push(await store.dump('ann'));
  };
  const key = await softwareKey();
  const text = (name: string, base64url: string): void => secrets.addBytes(name, Buffer.from(base64url, 'base64url'));
  secrets.addBytes('public key', key.publicKey);
  secrets.add('password', TEST_PASSWORD);

  const { options } = await creationOptions(on, 'ann');
  text('challenge of a registration', options.challenge);
  const handles = new Secrets();
  handles.addBytes('handle', Buffer.from(options.user.id, 'base64url'));
  const ids = new Secrets();
  ids.add('credential id', key.credentialId);
  ids.addBytes('credential id', Buffer.from(key.credentialId, 'base64url'));
  owners.set(options.user.id, 'ann');
  const registration = await key.create(options);
  text('attestation object', registration.response.attestationObject);
  const bad = await key.create(options, { rpId: 'evil.example' });
  await run(() => mfa.confirm({ userId: 'ann' }, { credential: bad }));
  await run(() => mfa.confirm({ userId: 'ann' }, { credential: registration }));
  await run(() => mfa.confirm({ userId: 'ann' }, { credential: registration }));

  for (const broken of [false, true]) {
    if (broken) await store.edit('ann', unreadable);
    for (const bent of BENT) {
      const begun = await mfa.begin('ann');
      if (begun.next !== 'verify') throw new Error('asked for nothing');
      for (const [asked, use] of [
        [begun, (input: never) => mfa.verify(input)],
        [await mfa.challenge('ann'), (input: never) => mfa.stepUp('ann', input)],
        [
          await mfa.challenge('ann'),
          (input: object) => mfa.regenerate('ann', { ...input, password: 'wrong' } as never),
        ],
        [await mfa.passkeyChallenge(), (input: never) => mfa.passkeySignIn(input)],
      ] as const) {
        const input = await answered(asked, key, bent);
        secrets.addToken(input.token);
        text('challenge', String(Reflect.get(Object(asked.prompts?.['webauthn']), 'challenge')));
        const { response } = input.credential;
        text('signature', response.signature);
        text('client data', response.clientDataJSON);
        await run(() => use(input as never));
      }
      await mfa.unlock('ann');
      on.clock.advance({ seconds: 30 });
    }
  }
  for (const method of ['read', 'commit'] as const) {
    const input = await answered(await mfa.challenge('ann'), key);
    store.fail(method, new Error(`no ${method}`));
    await mfa.stepUp('ann', input as never).catch((error: unknown) => errors.push(error));
    store.fail(method, null);
  }

  const codes = new Set(errors.map((error) => (error as MfaError).code));
  expect([...codes].toSorted()).toEqual([
    'already_enabled',
    'backup_eligibility_changed',
    'counter_regressed',
    'invalid_assertion',
    'invalid_password',
    'invalid_registration',
    'password_required',
    'secret_unreadable',
    'store_unavailable',
    'unknown_credential',
  ]);
  const told = { 'the events': everyTextOf(on.events), 'the errors': errors.map(everyTextOf).join('\n') };
  for (const [sink, searched] of Object.entries(told)) {
    expect([sink, searched.length > 100]).toEqual([sink, true]);
    for (const some of [secrets, handles, ids]) expect([sink, some.foundIn(searched)]).toEqual([sink, []]);
  }
  // The record holds id and handle in clear: the browser is to be told of both. Nothing else.
  expect(secrets.foundIn(records.join('\n'))).toEqual([]);
  expect(ids.foundIn(records.join('\n'))).toContain('credential id');
  expect(secrets.foundIn(everyTextOf(mfa))).toEqual([]);
});
