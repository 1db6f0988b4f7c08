/** Signing in by a passkey alone: by the button, or from the list that the browser shows at the field of the user name. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { passkeysSupported, signInFromList, signInWithPasskey } from '/modules/mfakit-http/client/passkeys.js';
import { mfa } from './api.ts';
import { tellIn } from './form.ts';
import { element, onClick } from './page.ts';

/** Offers it if this browser knows passkeys. */
export function offerPasskey(): void {
  if (!passkeysSupported()) return;
  element('by-passkey').hidden = false;
  let list = new AbortController();
  onClick(element('use-passkey'), async () => {
    // A page can have one question open.
    list.abort();
    await signedIn(signInWithPasskey(mfa));
    list = fromList();
  });
  list = fromList();
}

function fromList(): AbortController {
  const list = new AbortController();
  void signedIn(signInFromList(mfa, { signal: list.signal }));
  return list;
}

/** @param attempt - `null`: nothing was chosen */
async function signedIn(attempt: Promise<object | null>): Promise<void> {
  try {
    if ((await attempt) !== null) location.assign('/account');
  } catch (error) {
    tellIn(element('sign-in', HTMLFormElement), error);
  }
}
