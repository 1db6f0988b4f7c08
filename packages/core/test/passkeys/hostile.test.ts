/** invariant 5: answers that do not fit, from hostile pages and from one of ours that is misconfigured. */
import { MfaError } from '@mfakit/core';
import { outcomeOf, softwareKey, type BentResponse } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { everyTextOf } from '../operations/secrets.ts';
import {
  answered,
  creationOptions,
  enrollPasskey,
  signedAlone,
  signedProof,
  signedVerify,
  withPasskeys,
  WRONG_SIGNATURE,
} from './passkey-harness.ts';

/** One field of the ceremony each, bent and signed. */
const BENT: Readonly<Record<string, BentResponse>> = {
  type: { clientData: { type: 'webauthn.create' } },
  challenge: { clientData: { challenge: 'A'.repeat(43) } },
  origin: { clientData: { origin: 'https://login.example.org.evil.example' } },
  'origin of another port': { clientData: { origin: 'https://example.org:8443' } },
  crossOrigin: { clientData: { crossOrigin: true } },
  topOrigin: { clientData: { topOrigin: 'https://evil.example' } },
  rpIdHash: { rpId: 'evil.example' },
  userPresent: { userPresent: false },
  backupState: { backupEligible: false, backedUp: true },
  authenticatorData: { authenticatorData: (honest) => honest.slice(0, -1) },
};

/** What an attempt threw. */
async function refusalOf(call: Promise<unknown>): Promise<MfaError> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MfaError) return error;
  throw new Error('It was not refused.', { cause: error });
}

const stepOf = ({ cause }: MfaError): unknown => (cause as { readonly step?: unknown }).step;

describe('invariant 5: one field bent refuses, writes nothing, tells nothing', () => {
  test.each(Object.entries(BENT))('%s', async (name, bent) => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const before = [await on.store.dump('ann'), on.events.length, on.store.commits()];
    const uses = [
      async () => on.mfa.verify(await signedVerify(on, 'ann', key, bent)),
      async () => on.mfa.stepUp('ann', await signedProof(on, 'ann', key, bent)),
      async () => on.mfa.passkeySignIn(await signedAlone(on, key, bent)),
    ];
    for (const use of uses) {
      const error = await refusalOf(use());
      expect(error).toMatchObject({ code: 'invalid_assertion', cause: { name: 'CeremonyError' } });
      expect(stepOf(error)).toBe(name.split(' ')[0]);
    }
    expect([await on.store.dump('ann'), on.events.length, on.store.commits()]).toEqual(before);
  });

  test.each(Object.entries(BENT).filter(([name]) => name !== 'type' && name !== 'authenticatorData'))(
    'a registration with another %s',
    async (name, bent) => {
      const on = stage(withPasskeys());
      const { options } = await creationOptions(on, 'ann');
      const before = [await on.store.dump('ann'), on.events.length, on.store.commits()];
      const credential = await (await softwareKey()).create(options, bent);
      const error = await refusalOf(on.mfa.confirm({ userId: 'ann' }, { credential }));
      expect([error.code, stepOf(error)]).toEqual(['invalid_registration', name.split(' ')[0]]);
      expect([await on.store.dump('ann'), on.events.length, on.store.commits()]).toEqual(before);
      // The setup waits on.
      const good = await (await softwareKey()).create(options);
      expect(await outcomeOf(on.mfa.confirm({ userId: 'ann' }, { credential: good }))).toBe('accepted');
    },
  );
});

describe('R-72 a wrong signature', () => {
  test('is not counted, however often; its event is told once per passkey in half a minute', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    on.clock.advance({ seconds: 30 - ((on.clock() / 1000) % 30) });
    const start = on.events.length;
    for (let i = 0; i < 20; i++) {
      const proof = await signedProof(on, 'ann', key, WRONG_SIGNATURE);
      expect(await outcomeOf(on.mfa.stepUp('ann', proof))).toBe('invalid_assertion');
      const asked = await signedVerify(on, 'ann', key, WRONG_SIGNATURE);
      expect(await outcomeOf(on.mfa.verify(asked))).toBe('invalid_assertion');
    }
    expect(on.events.slice(start)).toEqual([
      expect.objectContaining({
        type: 'attempt_refused',
        operation: 'stepUp',
        reason: 'invalid_assertion',
        failures: 0,
      }),
    ]);
    on.clock.advance({ seconds: 30 });
    await outcomeOf(on.mfa.stepUp('ann', await signedProof(on, 'ann', key, WRONG_SIGNATURE)));
    expect(on.events.length).toBe(start + 2);
    const { lockout, guesses } = await on.store.record('ann');
    expect([lockout.failures, lockout.lockedUntil, guesses.level]).toEqual([0, null, 0]);
    expect(await outcomeOf(on.mfa.verify(await signedVerify(on, 'ann', key)))).toBe('accepted');
  });

  test('by another key under the right id is one', async () => {
    const on = stage(withPasskeys());
    const { key } = await enrollPasskey(on, 'ann');
    const asked = await on.mfa.challenge('ann');
    const other = await answered(asked, await softwareKey());
    const posing = { ...other.credential, id: key.credentialId, rawId: key.credentialId };
    expect(await outcomeOf(on.mfa.stepUp('ann', { token: asked.token, credential: posing }))).toBe('invalid_assertion');
  });
});

test('R-72 a misconfigured origin: twenty refusals, nothing counted, nothing written; the cause names the step and no value', async () => {
  const on = stage(withPasskeys());
  const { key } = await enrollPasskey(on, 'ann');
  const wrong = on.another(withPasskeys(undefined, { origins: ['https://www.example.org'] }));
  const before = [await on.store.dump('ann'), on.events.length, on.store.commits()];
  for (let i = 0; i < 20; i++) {
    const input = await signedProof(on, 'ann', key);
    const error = await refusalOf(wrong.stepUp('ann', input));
    expect([error.code, stepOf(error)]).toEqual(['invalid_assertion', 'origin']);
    expect(everyTextOf(error)).not.toMatch(/example\.org|https:|correct horse/);
    expect(everyTextOf(error)).not.toContain(key.credentialId);
  }
  expect([await on.store.dump('ann'), on.events.length, on.store.commits()]).toEqual(before);
  expect((await on.mfa.status('ann')).triesLeft).toBeNull();
  const { options } = await creationOptions(on, 'bob');
  const credential = await (await softwareKey()).create(options);
  const error = await refusalOf(wrong.confirm({ userId: 'bob' }, { credential }));
  expect([error.code, stepOf(error)]).toEqual(['invalid_registration', 'origin']);
  expect(await outcomeOf(on.mfa.confirm({ userId: 'bob' }, { credential }))).toBe('accepted');
});

describe('what no browser sends is invalid input, by its field, and is not looked up', () => {
  const on = stage(withPasskeys());
  test.each([
    [null, 'credential'],
    ['{}', 'credential'],
    [{}, 'credential.response'],
    [{ response: null, id: 'AAAA' }, 'credential.response'],
    [{ response: {} }, 'credential.id'],
    [{ response: {}, id: '' }, 'credential.id'],
    [{ response: {}, id: 'no base64url' }, 'credential.id'],
    [{ response: {}, id: 'A'.repeat(1365) }, 'credential.id'],
    [{ response: {}, id: 7 }, 'credential.id'],
    [{ response: { userHandle: 7 }, id: 'AAAA' }, 'credential.response.userHandle'],
    [{ response: { userHandle: '' }, id: 'AAAA' }, 'credential.response.userHandle'],
    [{ response: { userHandle: 'A'.repeat(87) }, id: 'AAAA' }, 'credential.response.userHandle'],
  ])('%j', async (given, field) => {
    const credential = given as unknown as object;
    for (const call of [
      () => on.mfa.verify({ token: 'x', credential }),
      () => on.mfa.stepUp('ann', { token: 'x', credential }),
      () => on.mfa.passkeySignIn({ token: 'x', credential }),
    ]) {
      expect(await refusalOf(call())).toMatchObject({ code: 'invalid_input', field });
    }
    expect(on.store.commits()).toBe(0);
  });

  test('megabytes, nesting and getters that throw: refused, nothing stored, in bounded time', async () => {
    const { key } = await enrollPasskey(on, 'hal');
    const asked = await on.mfa.challenge('hal');
    const { credential } = await answered(asked, key);
    const { response } = credential;
    const before = await on.store.dump('hal');
    const long = 'A'.repeat(1_400_000);
    const started = performance.now();
    for (const field of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
      for (const value of [long, '', 'A', '%', null, 7, { length: 1 }]) {
        // An empty signature is one: a wrong one, which is recorded.
        if (field === 'signature' && value === '') continue;
        const bent = { ...credential, response: { ...response, [field]: value } };
        expect(await outcomeOf(on.mfa.stepUp('hal', { token: asked.token, credential: bent }))).toBe(
          'invalid_assertion',
        );
      }
    }
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await on.store.dump('hal')).toBe(before);
    expect(await outcomeOf(on.mfa.stepUp('hal', { token: asked.token, credential }))).toBe('accepted');
  });
});
