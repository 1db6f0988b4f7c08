/** Passkey autofill: the list of passkeys that browsers show at the field of the user name in your own password form. */
import type { AuthenticatedReply } from '@mfakit/http';
import { signInFromList, type SignInClient } from '@mfakit/http/client/passkeys';
import { toTold, type Told } from './told.ts';

/** What it needs. */
export interface PasskeyAutofillOptions {
  /** What calls the routes: `createPasskeyClient`, or its part that is needed here. */
  readonly client: SignInClient;
  /** Somebody chose a passkey, and is signed in. */
  readonly onDone: (reply: AuthenticatedReply) => void;
  /** A passkey was chosen, and did not sign in. The list stays. */
  readonly onRefused?: ((told: Told) => void) | undefined;
}

/**
 * Offers passkeys at a field, for as long as the page is open: challenges that end are replaced. A browser without such a
 * list shows nothing, and nothing is asked of the server.
 * @param input - of the user name; `webauthn` comes last in its `autocomplete`
 * @returns withdraws it. Call it before anything else asks for a passkey, such as a button: a page has one question open
 */
export function passkeyAutofill(
  input: { autocomplete: string },
  { client, onDone, onRefused }: PasskeyAutofillOptions,
): () => void {
  const end = new AbortController();
  if (!/\bwebauthn$/.test(input.autocomplete)) input.autocomplete = `${input.autocomplete} webauthn`.trim();
  const offer = async (): Promise<void> => {
    try {
      const reply = await signInFromList(client, { signal: end.signal });
      if (reply !== null && !end.signal.aborted) onDone(reply);
    } catch (error) {
      const told = toTold(error, Date.now());
      // Whatever went wrong before a passkey was chosen is told to nobody: people type their name, as without a passkey.
      if (end.signal.aborted || told === null || !isOfPasskey(error, told)) return;
      onRefused?.(told);
      await offer();
    }
  };
  void offer();
  return () => end.abort();
}

/** Whether the server refused the passkey that was chosen: no failure comes twice without a hand that chooses again. */
function isOfPasskey(error: unknown, { code }: Told): boolean {
  const { status } = error as { readonly status?: number };
  return status !== undefined && status < 500 && code !== 'not_offered';
}
