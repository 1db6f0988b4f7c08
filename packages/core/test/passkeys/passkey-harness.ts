/** A stage whose users may have passkeys, and users who have one. */
import { webauthnFactor, type UserHandleOptions, type WebauthnVerifier } from '@mfakit/core/webauthn';
import {
  softwareKey,
  TEST_PASSWORD,
  type AssertionRequest,
  type BentResponse,
  type CreationRequest,
  type SoftwareKey,
  type SoftwareKeyOptions,
} from '@mfakit/testkit';
import { webauthn, type WebauthnOptions } from '@mfakit/webauthn';
import { stage } from '../harness.ts';

/** The relying party of these tests. */
export const PARTY: WebauthnOptions = { rpId: 'example.org', rpName: 'Acme', origins: ['https://example.org'] };

/** Options of `createMfa` for an application with passkeys. User ids are handles, unless the test says otherwise. */
export function withPasskeys(
  options: UserHandleOptions = { userHandle: 'user-id' },
  party: Partial<WebauthnOptions> = {},
) {
  return withVerifier((verifier) => verifier, options, party);
}

/** The same with another verifier in place of the real one: one that is held up, or that a test watches. */
export function withVerifier(
  replace: (verifier: WebauthnVerifier) => WebauthnVerifier,
  options: UserHandleOptions = { userHandle: 'user-id' },
  party: Partial<WebauthnOptions> = {},
) {
  return { factors: [webauthnFactor(replace(webauthn({ ...PARTY, ...party })), options)] };
}

type Stage = ReturnType<typeof stage>;

/** Stages a passkey; `given` are further details of the setup, such as a proof. */
export async function creationOptions(
  { mfa }: Pick<Stage, 'mfa'>,
  userId: string,
  given: Parameters<Stage['mfa']['setup']>[1] | object = {},
): Promise<{ readonly factorId: string; readonly options: CreationRequest; readonly backupCodes: readonly string[] }> {
  const staged = await mfa.setup({ userId }, { accountName: userId, ...given, kind: 'webauthn' });
  return {
    factorId: staged.factorId,
    options: staged['creationOptions'] as CreationRequest,
    backupCodes: staged.backupCodes,
  };
}

/** A user with a passkey as the only factor. */
export async function enrollPasskey(on: Pick<Stage, 'mfa'>, userId: string, made: SoftwareKeyOptions = {}) {
  const key = await softwareKey(made);
  const { factorId, options, backupCodes } = await creationOptions(on, userId);
  const verified = await on.mfa.confirm({ userId }, { credential: await key.create(options) });
  return { userId, key, factorId, backupCodes, verified };
}

/** Bends a signature, and leaves it well-formed: its last byte. */
export const WRONG_SIGNATURE: BentResponse = {
  signature: (honest) => honest.map((byte, i) => (i === honest.length - 1 ? byte ^ 1 : byte)),
};

/** A token with the answer of a key to it, for `verify`. */
export async function signedVerify({ mfa }: Pick<Stage, 'mfa'>, userId: string, key: SoftwareKey, bent?: BentResponse) {
  const begun = await mfa.begin(userId);
  if (begun.next !== 'verify') throw new Error('The user was not asked for a second factor.');
  return answered(begun, key, bent);
}

/** A token with the answer of a key to it, for `stepUp`. */
export async function signedProof({ mfa }: Pick<Stage, 'mfa'>, userId: string, key: SoftwareKey, bent?: BentResponse) {
  return answered(await mfa.challenge(userId), key, bent);
}

/** The same with the password, for what needs a proof. */
export async function passkeyProof(on: Pick<Stage, 'mfa'>, userId: string, key: SoftwareKey, bent?: BentResponse) {
  return { ...(await signedProof(on, userId, key, bent)), password: TEST_PASSWORD };
}

/** A token with the answer of a key to it, for `passkeySignIn`. */
export async function signedAlone({ mfa }: Pick<Stage, 'mfa'>, key: SoftwareKey, bent?: BentResponse) {
  return answered(await mfa.passkeyChallenge(), key, bent);
}

/** Lets a key answer what `begin`, `challenge` or `passkeyChallenge` asked. */
export async function answered(
  { token, prompts }: { readonly token: string; readonly prompts?: Readonly<Record<string, object>> },
  key: SoftwareKey,
  bent?: BentResponse,
) {
  return { token, credential: await key.get(prompts?.['webauthn'] as AssertionRequest, bent) };
}
