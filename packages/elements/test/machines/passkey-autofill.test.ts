import { afterEach, expect, test, vi } from 'vitest';
import { passkeyAutofill, type PasskeyAutofillOptions, type Told } from '../../src/machines.ts';
import { connect, startAcme } from '../acme.ts';
import { addPasskey, testPasskeys, type TestPasskeys } from './running.ts';
import type { AssertionRequest } from '@mfakit/testkit';

afterEach(() => void vi.unstubAllGlobals());

const bytes = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64url')).buffer;

/** A browser whose list of passkeys a hand picks from: `pick` chooses, and until then the prompt is open. */
function browserWith({ key }: TestPasskeys): { readonly asked: () => number; pick(): Promise<void> } {
  let asked = 0;
  let choose: (() => Promise<void>) | null = null;
  const get = ({ publicKey, signal }: { publicKey: AssertionRequest; signal: AbortSignal }): Promise<unknown> => {
    asked += 1;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' })));
      choose = async () => {
        const { rawId, response } = await key.get(publicKey);
        resolve({
          rawId: bytes(rawId),
          response: {
            clientDataJSON: bytes(response.clientDataJSON),
            authenticatorData: bytes(response.authenticatorData),
            signature: bytes(response.signature),
            userHandle: bytes(response.userHandle ?? ''),
          },
        });
      };
    });
  };
  vi.stubGlobal('navigator', { credentials: { create: () => Promise.reject(new Error('not asked')), get } });
  vi.stubGlobal('PublicKeyCredential', {
    isConditionalMediationAvailable: async () => true,
    parseRequestOptionsFromJSON: (options: object) => options,
  });
  return {
    asked: () => asked,
    async pick() {
      await vi.waitFor(() => expect(choose).not.toBeNull());
      await choose?.();
      choose = null;
    },
  };
}

async function scene() {
  const acme = startAcme();
  const ann = await acme.enroll('ann');
  const passkeys = await testPasskeys();
  await addPasskey(acme, ann, passkeys);
  return { acme, passkeys, network: connect(acme, null) };
}

test('a passkey that is picked signs in; the field says that it takes one', async () => {
  const { passkeys, network } = await scene();
  const { pick } = browserWith(passkeys);
  const input = { autocomplete: 'username' };
  const onDone = vi.fn<PasskeyAutofillOptions['onDone']>();
  passkeyAutofill(input, { client: network.client, onDone });
  expect(input.autocomplete).toBe('username webauthn');
  await pick();
  await vi.waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
  expect(onDone.mock.calls[0]?.[0]).toMatchObject({ authenticated: true, method: 'webauthn' });
});

test('one that is refused is told, and the list is there again; a hand decides how often', async () => {
  const { acme, passkeys, network } = await scene();
  const { pick, asked } = browserWith(passkeys);
  await acme.mfa.reset('ann');
  const onDone = vi.fn<PasskeyAutofillOptions['onDone']>();
  const onRefused = vi.fn<(told: Told) => void>();
  passkeyAutofill({ autocomplete: 'username webauthn' }, { client: network.client, onDone, onRefused });
  await pick();
  await vi.waitFor(() => expect(onRefused).toHaveBeenCalledTimes(1));
  expect(onRefused.mock.calls[0]?.[0]).toMatchObject({ code: 'unknown_credential' });
  await vi.waitFor(() => expect(asked()).toBe(2));
  expect(onDone).not.toHaveBeenCalled();
});

test('withdrawn, nothing is asked and nobody is told', async () => {
  const { passkeys, network } = await scene();
  const { asked } = browserWith(passkeys);
  const onDone = vi.fn<PasskeyAutofillOptions['onDone']>();
  const onRefused = vi.fn<(told: Told) => void>();
  const withdraw = passkeyAutofill({ autocomplete: 'username' }, { client: network.client, onDone, onRefused });
  await vi.waitFor(() => expect(asked()).toBe(1));
  withdraw();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked()).toBe(1);
  expect(onDone).not.toHaveBeenCalled();
  expect(onRefused).not.toHaveBeenCalled();
});

test('without an answer of the server it stops: no loop asks again and again', async () => {
  const { passkeys, network } = await scene();
  const { asked } = browserWith(passkeys);
  network.cut(100);
  const onRefused = vi.fn<(told: Told) => void>();
  passkeyAutofill(
    { autocomplete: 'username' },
    { client: network.client, onDone: vi.fn<PasskeyAutofillOptions['onDone']>(), onRefused },
  );
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(network.sent).toHaveLength(1);
  expect(asked()).toBe(0);
  expect(onRefused).not.toHaveBeenCalled();
});
