/** Passkey samples: users with a passkey, and the answers of their keys, over HTTP. */
import {
  softwareKey,
  type AssertionRequest,
  type BentResponse,
  type CreationRequest,
  type SoftwareKey,
} from '@mfakit/testkit';
import type { WebauthnSetupReply } from '@mfakit/http/passkeys';
import { expect } from 'vitest';
import { PASSWORD } from '../application.ts';
import type { HttpApi } from '../http-api.ts';

/** A user with a passkey as the only factor, and the cookie of a session that tells its epoch. */
export interface PasskeyUser {
  readonly key: SoftwareKey;
  readonly factorId: string;
  readonly backupCodes: readonly string[];
  readonly cookie: string;
}

/** Adds a first passkey over HTTP. */
export async function addPasskey({ app, call }: HttpApi, userId = 'alice'): Promise<PasskeyUser> {
  const key = await softwareKey();
  const cookie = app.signIn(userId);
  const setup = await call('POST', '/webauthn/setup', { cookie, body: {} });
  expect(setup.status).toBe(200);
  const { factor_id, creation_options, backup_codes } = setup.body as unknown as WebauthnSetupReply;
  const credential = await key.create(creation_options as unknown as CreationRequest);
  const confirmed = await call('POST', '/webauthn/confirm', { cookie, body: { credential, factor_id } });
  expect([confirmed.status, confirmed.body]).toEqual([200, { factor_id }]);
  const { sessionEpoch } = await app.mfa.status(userId);
  return { key, factorId: factor_id, backupCodes: backup_codes, cookie: app.signIn(userId, { sessionEpoch }) };
}

/** What a route asked, answered by a key. */
export async function answer(
  asked: { readonly token: string; readonly options: unknown },
  key: SoftwareKey,
  bent?: BentResponse,
): Promise<{ readonly mfa_token: string; readonly credential: object }> {
  return { mfa_token: asked.token, credential: await key.get(asked.options as AssertionRequest, bent) };
}

/** What the host's own login route asks. */
export async function askedByLogin({ app }: HttpApi, userId = 'alice') {
  const begun = await app.mfa.begin(userId);
  if (begun.next !== 'verify') throw new Error('The user was not asked for a second factor.');
  app.secrets.push(begun.token);
  return { token: begun.token, options: begun.prompts?.['webauthn'] };
}

/** What a signed-in user is asked. */
export async function askedInSession({ call }: HttpApi, cookie: string) {
  const { status, body } = await call('POST', '/mfa/challenge', { cookie, body: {} });
  expect(status).toBe(200);
  return { token: String(body?.['mfa_token']), options: body?.['request_options'] };
}

/** What anybody is asked who wants to sign in by a passkey alone. */
export async function askedAlone({ call }: HttpApi) {
  const { status, body } = await call('POST', '/passkey/challenge', { body: {} });
  expect(status).toBe(200);
  return { token: String(body?.['mfa_token']), options: body?.['request_options'] };
}

/** A proof by a passkey. */
export async function proofOf(api: HttpApi, { key, cookie }: PasskeyUser, bent?: BentResponse) {
  return { password: PASSWORD, ...(await answer(await askedInSession(api, cookie), key, bent)) };
}
