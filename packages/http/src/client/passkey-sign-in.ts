/** Signing in by a passkey alone: on a click, or from the list at the field of the user name. */
import { ClientProblem } from '../client.ts';
import type { WireAssertion } from '../passkeys/credential.ts';
import type { AuthenticatedReply } from '../routes/verify.ts';
import { conditionalPasskeysSupported } from './browser.ts';
import { usePasskey, type UseOptions } from './ceremony.ts';
import type { PasskeyClient } from './passkey-client.ts';
import { PasskeyError } from './passkey-error.ts';
import { signalUnknownPasskey } from './signals.ts';

/** What of the client is needed. */
export type SignInClient = Pick<PasskeyClient, 'passkeyChallenge' | 'passkeySignIn'>;

/**
 * Asks for a passkey and signs in with it. A passkey that the server does not know is signalled to the password manager.
 * @throws {PasskeyError | ClientProblem}
 */
export async function signInWithPasskey(
  client: SignInClient,
  { signal }: Pick<UseOptions, 'signal'> = {},
): Promise<AuthenticatedReply> {
  const { mfa_token, request_options: options } = await client.passkeyChallenge();
  return complete(client, mfa_token, options, await usePasskey(options, { signal }));
}

/** A challenge is replaced this long before it ends, so that none ends while its user decides. */
const EARLY_MS = 30_000;
/** If the options name no time: less than the five minutes that a challenge lives by default. */
const DEFAULT_MS = 240_000;

/**
 * Offers the user's passkeys in the list that the browser shows at a field with `autocomplete="username webauthn"`, as long
 * as the page is open: challenges that end are replaced. Call it when the page is loaded.
 * @param options - `signal`: abort it before anything else asks for a passkey, such as a button
 * @returns `null` if the browser has no such list, or `signal` was aborted
 * @throws {PasskeyError | ClientProblem} if a passkey was chosen, and did not sign in: call it again
 */
export async function signInFromList(
  client: SignInClient,
  { signal }: { readonly signal: AbortSignal },
): Promise<AuthenticatedReply | null> {
  if (!(await conditionalPasskeysSupported())) return null;
  while (!signal.aborted) {
    const { mfa_token, request_options: options } = await client.passkeyChallenge();
    const credential = await chosenInTime(options, signal);
    if (credential !== null) return complete(client, mfa_token, options, credential);
  }
  return null;
}

/** @returns `null` if nothing was chosen before the challenge ends, or the page has called it off */
async function chosenInTime(options: object, signal: AbortSignal): Promise<WireAssertion | null> {
  const turn = new AbortController();
  const end = (): void => turn.abort();
  if (signal.aborted) return null;
  signal.addEventListener('abort', end);
  const timer = setTimeout(end, lifeOf(options));
  try {
    return await usePasskey(options, { signal: turn.signal, mediation: 'conditional' });
  } catch (error) {
    if (turn.signal.aborted && error instanceof PasskeyError && error.code === 'aborted') return null;
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/** By the span that the server names, and not by an instant: the clock of this device may be wrong. */
function lifeOf(options: object): number {
  const timeout: unknown = Reflect.get(options, 'timeout');
  return typeof timeout === 'number' ? Math.max(timeout - EARLY_MS, timeout / 2) : DEFAULT_MS;
}

async function complete(
  client: SignInClient,
  mfa_token: string,
  options: object,
  credential: WireAssertion,
): Promise<AuthenticatedReply> {
  try {
    return await client.passkeySignIn({ mfa_token, credential });
  } catch (error) {
    const unknown = error instanceof ClientProblem && error.problem?.code === 'unknown_credential';
    if (unknown) await signalUnknownPasskey(options, credential);
    throw error;
  }
}
