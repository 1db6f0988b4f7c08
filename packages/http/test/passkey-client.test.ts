import { createHandler } from '@mfakit/http';
import { ClientProblem } from '@mfakit/http/client';
import {
  conditionalPasskeysSupported,
  createPasskey,
  createPasskeyClient,
  isPasskey,
  passkeysSupported,
  signalAcceptedPasskeys,
  signInFromList,
  signInWithPasskey,
  usePasskey,
  type PasskeyClient,
} from '@mfakit/http/client/passkeys';
import { softwareKey } from '@mfakit/testkit';
import { build } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PASSWORD, startApplication, type TestApp } from './application.ts';
import { keyBrowser, openBrowser, type Question } from './fake-browser.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A page of a signed-in user. */
function page(app: TestApp, cookie = ''): PasskeyClient {
  let jar = cookie;
  const host = app.host<Request>({
    cookie: (request) => request.headers.get('cookie') ?? undefined,
    setCookie: (_request, set) => new Headers([['set-cookie', set]]),
  });
  const handle = createHandler(app.mfa, host, app.options());
  return createPasskeyClient({
    baseUrl: '/api/auth',
    async fetch(url, init) {
      const request = new Request(new URL(url, 'https://example.org'), init);
      if (jar !== '') request.headers.set('cookie', jar);
      const response = await handle(request);
      jar = response.headers.get('set-cookie')?.split(';')[0] ?? jar;
      return response;
    },
  });
}

const OPTIONS = {
  challenge: '-_-_',
  rp: { id: 'example.org', name: 'Acme' },
  user: { id: 'YWxpY2U', name: 'alice', displayName: 'alice' },
  excludeCredentials: [{ type: 'public-key', id: 'AQID', transports: ['usb'] }],
};

test('a passkey from the first page to the last, with an extension whose toJSON is broken', async () => {
  const app = startApplication({ passkeys: true });
  const key = await softwareKey();
  const told: unknown[] = [];
  openBrowser(keyBrowser(key, { signalAllAcceptedCredentials: async (given: unknown) => void told.push(given) }));
  const client = page(app, app.signIn('alice'));
  const setup = await client.webauthnSetup({ label: 'Laptop' });
  const credential = await createPasskey(setup.creation_options);
  expect(await client.webauthnConfirm({ credential, factor_id: setup.factor_id })).toEqual({
    factor_id: setup.factor_id,
  });
  const challenge = await client.challenge();
  const signed = await usePasskey(challenge.request_options ?? {});
  expect(await client.stepUp({ mfa_token: challenge.mfa_token, credential: signed })).toMatchObject({
    authenticated: true,
  });
  const begun = await app.mfa.begin('alice');
  if (begun.next !== 'verify') throw new Error(begun.next);
  const second = { mfa_token: begun.token, credential: await usePasskey(begun.prompts?.['webauthn'] ?? {}) };
  expect(await client.verify(second)).toMatchObject({ method: 'webauthn' });
  expect(await signInWithPasskey(client)).toMatchObject({ authenticated: true, method: 'webauthn' });

  const { factors } = await client.status();
  expect(factors.filter(isPasskey).map((passkey) => passkey.credential_id)).toEqual([key.credentialId]);
  await signalAcceptedPasskeys(factors);
  const proof = await client.challenge();
  const body = { password: PASSWORD, mfa_token: proof.mfa_token };
  await client.removeFactor(setup.factor_id, { ...body, credential: await usePasskey(proof.request_options ?? {}) });
  await signalAcceptedPasskeys((await client.status()).factors, factors[0]);
  const whose = { rpId: 'example.org', userId: 'YWxpY2U' };
  expect(told).toEqual([
    { ...whose, allAcceptedCredentialIds: [key.credentialId] },
    { ...whose, allAcceptedCredentialIds: [] },
  ]);
});

describe('options', () => {
  test('are decoded here in a browser that cannot', async () => {
    const asked: Question[] = [];
    openBrowser({ create: async (given) => void asked.push(given) });
    await createPasskey(OPTIONS).catch(() => {});
    expect(asked).toEqual([
      {
        publicKey: {
          ...OPTIONS,
          challenge: Uint8Array.of(0xfb, 0xff, 0xbf),
          user: { ...OPTIONS.user, id: new TextEncoder().encode('alice') },
          excludeCredentials: [{ type: 'public-key', id: Uint8Array.of(1, 2, 3), transports: ['usb'] }],
        },
      },
    ]);
  });

  test('are left to a browser that can', async () => {
    const asked: Question[] = [];
    const functions = {
      parseCreationOptionsFromJSON: (options: object) => ({ created: options }),
      parseRequestOptionsFromJSON: (options: object) => ({ requested: options }),
    };
    const note = async (given: Question): Promise<void> => void asked.push(given);
    openBrowser({ functions, create: note, get: note });
    const { signal } = new AbortController();
    await createPasskey(OPTIONS, { signal }).catch(() => {});
    await usePasskey({ challenge: 'AA' }, { mediation: 'conditional' }).catch(() => {});
    expect(asked).toEqual([
      { publicKey: { created: OPTIONS }, signal },
      { publicKey: { requested: { challenge: 'AA' } }, mediation: 'conditional' },
    ]);
  });
});

describe('what the browser refuses is told apart', () => {
  test.each([
    ['NotAllowedError', 'cancelled'],
    ['InvalidStateError', 'already_registered'],
    ['AbortError', 'aborted'],
    ['NotSupportedError', 'unsupported'],
    ['ConstraintError', 'unsupported'],
    ['SecurityError', 'wrong_site'],
    ['UnknownError', 'failed'],
    ['toString', 'failed'],
  ])('%s: %s', async (name, code) => {
    const cause = new DOMException('says the browser', name);
    openBrowser({ create: () => Promise.reject(cause), get: () => Promise.reject(cause) });
    await expect(createPasskey(OPTIONS)).rejects.toMatchObject({ name: 'PasskeyError', code, cause });
    await expect(usePasskey(OPTIONS)).rejects.toMatchObject({ name: 'PasskeyError', code, cause });
  });

  test('nothing at all: cancelled; no passkeys: unsupported; options that are none: failed', async () => {
    openBrowser({});
    await expect(usePasskey(OPTIONS)).rejects.toMatchObject({ code: 'cancelled' });
    openBrowser({ get: async () => undefined });
    await expect(usePasskey(OPTIONS)).rejects.toMatchObject({ code: 'cancelled' });
    openBrowser({});
    await expect(createPasskey({})).rejects.toMatchObject({ code: 'failed' });
    openBrowser(null);
    await expect(createPasskey(OPTIONS)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

test('what a browser has', async () => {
  openBrowser(null);
  expect([passkeysSupported(), await conditionalPasskeysSupported()]).toEqual([false, false]);
  vi.stubGlobal('navigator', { credentials: { create: async () => null } });
  expect(passkeysSupported()).toBe(false);
  openBrowser({});
  expect([passkeysSupported(), await conditionalPasskeysSupported()]).toEqual([true, false]);
  openBrowser({ functions: { isConditionalMediationAvailable: () => Promise.reject(new Error('no')) } });
  expect(await conditionalPasskeysSupported()).toBe(false);
  openBrowser({ functions: { isConditionalMediationAvailable: async () => true } });
  expect(await conditionalPasskeysSupported()).toBe(true);
});

/** Waits until it is aborted, as the list does. */
const patient = (asked: Question): Promise<never> =>
  new Promise((_resolve, reject) => {
    asked.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });

/** A client that counts its challenges. */
function counting(): { client: Parameters<typeof signInFromList>[0]; given: () => number } {
  let given = 0;
  const challenge = async () => ({
    mfa_token: `t${(given += 1)}`,
    expires_at: '2026-01-01T00:05:00.000Z',
    request_options: { challenge: 'AAAA', rpId: 'example.org', timeout: 300_000 },
  });
  const reply = { authenticated: true, method: 'webauthn', backup_codes_remaining: 10 } as const;
  return { client: { passkeyChallenge: challenge, passkeySignIn: async () => reply }, given: () => given };
}

describe('the list at the user name', () => {
  const conditional = { isConditionalMediationAvailable: async () => true };

  test('signs in with what is chosen', async () => {
    const app = startApplication({ passkeys: true });
    const key = await softwareKey();
    openBrowser(keyBrowser(key, conditional));
    const client = page(app, app.signIn('alice'));
    const setup = await client.webauthnSetup();
    await client.webauthnConfirm({ credential: await createPasskey(setup.creation_options) });
    const { signal } = new AbortController();
    expect(await signInFromList(page(app), { signal })).toMatchObject({ authenticated: true });
  });

  test('takes a new challenge before one ends, and ends when the page says so', async () => {
    vi.useFakeTimers();
    openBrowser({ functions: conditional, get: patient });
    const { client, given } = counting();
    const off = new AbortController();
    const waiting = signInFromList(client, { signal: off.signal });
    await vi.advanceTimersByTimeAsync(269_000);
    expect(given()).toBe(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(given()).toBe(2);
    off.abort();
    expect(await waiting).toBeNull();
    expect([given(), vi.getTimerCount()]).toEqual([2, 0]);
  });

  test('asks for nothing in a browser without such a list', async () => {
    openBrowser({});
    const { client, given } = counting();
    expect(await signInFromList(client, new AbortController())).toBeNull();
    expect(given()).toBe(0);
  });

  test('a prompt that is closed is for the page to say', async () => {
    openBrowser({ functions: conditional, get: () => Promise.reject(new DOMException('', 'NotAllowedError')) });
    const { client } = counting();
    await expect(signInFromList(client, new AbortController())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('a passkey that the server does not know is signalled, and the refusal is for the page', async () => {
  const app = startApplication({ passkeys: true });
  const key = await softwareKey();
  await key.create({ challenge: 'AAAA', rp: { id: 'example.org' }, user: { id: 'YWxpY2U' } });
  const told: unknown[] = [];
  const tell = async (given: unknown): Promise<void> => {
    told.push(given);
    throw new Error('a password manager that fails');
  };
  openBrowser(keyBrowser(key, { signalUnknownCredential: tell }));
  const error: unknown = await signInWithPasskey(page(app)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClientProblem);
  expect(error).toMatchObject({ problem: { code: 'unknown_credential' } });
  expect(told).toEqual([{ rpId: 'example.org', credentialId: key.credentialId }]);
});

test('a passkey that another refusal speaks of is not signalled as unknown: a password manager would delete it', async () => {
  const key = await softwareKey();
  const options = { challenge: 'AAAA', rp: { id: 'example.org' }, user: { id: 'YWxpY2U' } };
  await key.create(options);
  const told = vi.fn<() => void>();
  openBrowser(keyBrowser(key, { signalUnknownCredential: told }));
  const { client } = counting();
  const refused = new ClientProblem(401, {
    type: 'about:blank',
    title: '',
    status: 401,
    detail: '',
    code: 'invalid_assertion',
  });
  const refusing = { ...client, passkeySignIn: () => Promise.reject(refused) };
  await expect(signInWithPasskey(refusing)).rejects.toBe(refused);
  expect(told).not.toHaveBeenCalled();
});

test('signals are left out if there is no passkey, or no browser that passes them on', async () => {
  openBrowser({});
  const factor = { id: 'f', kind: 'webauthn', label: 'x', created_at: '', last_used_at: '' };
  await signalAcceptedPasskeys([factor]);
  const told = vi.fn<() => void>();
  openBrowser({ functions: { signalAllAcceptedCredentials: told } });
  await signalAcceptedPasskeys([{ ...factor, kind: 'totp' }]);
  expect(told).not.toHaveBeenCalled();
});

async function bundle(contents: string): Promise<{ files: readonly (string | undefined)[]; text: string }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, '../src/client') },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
  });
  const files = Object.keys(metafile.inputs).map((path) => path.split('/src/').at(-1));
  return { files, text: outputFiles[0]?.text ?? '' };
}
test('a browser loads neither zod nor the core with it: under 3.5 KB, and no more of it than it uses', async () => {
  const whole = await bundle(`export * from './passkeys.ts'`);
  expect(whole.files.filter((file) => !/^(?:client|passkeys\/paths|paths)\b|^<stdin>$/.test(file ?? ''))).toEqual([]);
  expect(gzipSync(whole.text).length).toBeLessThan(3500);
  const part = await bundle(`export { usePasskey } from './passkeys.ts'`);
  expect(part.text).not.toContain('/webauthn/setup');
  expect(gzipSync(part.text).length).toBeLessThan(1500);
});
