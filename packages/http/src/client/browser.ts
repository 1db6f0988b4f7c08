/** Browser: the parts of WebAuthn that a browser has or lacks. Typed by hand: the packages are built without DOM. */

/** How `navigator.credentials` is asked. */
interface Asked {
  readonly publicKey: object;
  readonly signal?: AbortSignal;
  readonly mediation?: string;
}

/** What of `PublicKeyCredential` is used (WebAuthn Level 3 §5.1.4 to §5.1.10). Older browsers lack most of it. */
interface PasskeyFunctions {
  isConditionalMediationAvailable?(): Promise<boolean>;
  parseCreationOptionsFromJSON?(options: object): object;
  parseRequestOptionsFromJSON?(options: object): object;
  signalUnknownCredential?(told: { readonly rpId: string; readonly credentialId: string }): Promise<void>;
  signalAllAcceptedCredentials?(told: {
    readonly rpId: string;
    readonly userId: string;
    readonly allAcceptedCredentialIds: readonly string[];
  }): Promise<void>;
}

interface Browser {
  readonly isSecureContext?: boolean;
  readonly PublicKeyCredential?: PasskeyFunctions;
  readonly navigator?: {
    readonly credentials?: {
      create(asked: Asked): Promise<unknown>;
      get(asked: Asked): Promise<unknown>;
    };
  };
}

/** This one, looked at anew each time. */
export const browser = (): Browser => globalThis as unknown as Browser;

/** Whether this browser has passkeys, here: they need HTTPS, or `localhost`. */
export function passkeysSupported(): boolean {
  const { PublicKeyCredential: functions, navigator } = browser();
  return functions !== undefined && typeof navigator?.credentials?.create === 'function';
}

/** Whether it shows passkeys in the list at a field with `autocomplete="username webauthn"`. */
export async function conditionalPasskeysSupported(): Promise<boolean> {
  if (!passkeysSupported()) return false;
  try {
    return (await browser().PublicKeyCredential?.isConditionalMediationAvailable?.()) === true;
  } catch {
    return false;
  }
}
