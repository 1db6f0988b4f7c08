/** Virtual keys: an authenticator inside the browser, as passkeys and security keys are to a page. */
import type { CDPSession, Page } from 'playwright-core';

/** What kind of authenticator it is. */
export interface KeyOptions {
  readonly protocol?: 'ctap2' | 'u2f';
  /** Whether it keeps passkeys, rather than only answering for those that it is told of; default: as the protocol allows. */
  readonly resident?: boolean;
  /** Whether it can verify its user; default: as the protocol allows. */
  readonly verifies?: boolean;
  /** Whether what it makes can be synced; default: no. */
  readonly synced?: boolean;
  readonly transport?: 'internal' | 'usb';
}

/** A credential, as the browser's tools show it. */
interface VirtualCredential {
  readonly credentialId: string;
  readonly signCount: number;
  readonly [other: string]: unknown;
}

/** An authenticator of one page. */
export interface VirtualKey {
  credentials(): Promise<readonly VirtualCredential[]>;
  /** Puts a credential in the place of the one with its id. */
  replace(credential: VirtualCredential): Promise<void>;
  /** Whether somebody touches it, from now on. */
  touch(present: boolean): Promise<void>;
  remove(): Promise<void>;
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

async function toolsOf(page: Page): Promise<CDPSession> {
  const open = async (): Promise<CDPSession> => {
    const session = await page.context().newCDPSession(page);
    await session.send('WebAuthn.enable', { enableUI: false });
    return session;
  };
  const known = sessions.get(page) ?? open();
  sessions.set(page, known);
  return known;
}

/** Plugs one in. */
export async function virtualKey(page: Page, options: KeyOptions = {}): Promise<VirtualKey> {
  const { protocol = 'ctap2', synced = false } = options;
  const {
    resident = protocol === 'ctap2',
    verifies = protocol === 'ctap2',
    transport = verifies ? 'internal' : 'usb',
  } = options;
  const tools = await toolsOf(page);
  const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol,
      ...(protocol === 'ctap2' && { ctap2Version: 'ctap2_1' }),
      transport,
      hasResidentKey: resident,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: synced,
      defaultBackupState: synced,
    },
  });
  return {
    credentials: async () =>
      (await tools.send('WebAuthn.getCredentials', { authenticatorId })).credentials as unknown as VirtualCredential[],
    async replace(credential) {
      const { credentialId } = credential;
      await tools.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
      await tools.send('WebAuthn.addCredential', { authenticatorId, credential: credential as never });
    },
    touch: async (enabled) => {
      await tools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    remove: async () => {
      await tools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
  };
}
