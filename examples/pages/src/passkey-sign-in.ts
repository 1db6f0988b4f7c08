/** Signing in by a passkey alone: by the button, or from the list that the browser shows at the field of the user name. */
import { mfa } from './api.ts';
import { tellIn } from './form.ts';
import { element, onClick } from './page.ts';
import { offersPasskeys, passkeysWork, signWithPasskey } from './passkey.ts';

/** Offers it if this browser knows passkeys. */
export function offerPasskey(): void {
  if (!passkeysWork()) return;
  element('by-passkey').hidden = false;
  let list = new AbortController();
  onClick(element('use-passkey'), async () => {
    // Only one request may wait in a page.
    list.abort();
    await signIn({});
    list = new AbortController();
  });
  void waitInList(list.signal);
}

/** Waits for a choice from the list. The page is left alone if nothing comes of it. */
async function waitInList(signal: AbortSignal): Promise<void> {
  if (await offersPasskeys()) await signIn({ mediation: 'conditional', signal });
}

async function signIn(how: { readonly mediation?: 'conditional'; readonly signal?: AbortSignal }): Promise<void> {
  try {
    await mfa.passkeySignIn(await signWithPasskey(await mfa.passkeyChallenge(), how));
    location.assign('/account');
  } catch (error) {
    tellIn(element('sign-in', HTMLFormElement), error);
  }
}
