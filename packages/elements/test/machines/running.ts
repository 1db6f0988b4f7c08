/** What tests of machines share: waiting for a step, and passkeys without a browser. */
import { PasskeyError } from '@mfakit/http/client/passkeys';
import {
  softwareKey,
  type AssertionRequest,
  type CreationRequest,
  type EnrolledUser,
  type SoftwareKey,
} from '@mfakit/testkit';
import { vi } from 'vitest';
import type { Machine, Passkeys } from '../../src/machines.ts';
import type { Acme } from '../acme.ts';

/** Waits until a machine has come to a step, with nothing under way. */
export async function step<State extends { readonly step: string }, Step extends State['step']>(
  machine: Machine<State>,
  name: Step,
): Promise<Extract<State, { readonly step: Step }>> {
  return vi.waitFor(() => {
    const state = machine.get();
    if (state.step !== name) throw new Error(`The machine is at ${state.step}, not at ${name}`);
    if ((state as { readonly busy?: boolean }).busy === true) throw new Error(`${name} is busy`);
    return state as Extract<State, { readonly step: Step }>;
  });
}

/** A browser with one passkey. */
export interface TestPasskeys extends Passkeys {
  readonly key: SoftwareKey;
  /** The next prompt ends like this. */
  end(code: PasskeyError['code']): void;
}

/** No browser: prompts are answered at once. */
export async function testPasskeys(): Promise<TestPasskeys> {
  const key = await softwareKey();
  let ending: PasskeyError['code'] | null = null;
  const answer = async <T>(make: () => Promise<T>): Promise<T> => {
    const code = ending;
    ending = null;
    if (code !== null) throw new PasskeyError(code);
    return make();
  };
  return {
    key,
    end: (code) => (ending = code),
    supported: () => true,
    create: (options) => answer(() => key.create(options as CreationRequest)),
    use: (options) => answer(() => key.get(options as AssertionRequest)),
  };
}

/** Adds a passkey to somebody who has an app. */
export async function addPasskey(acme: Acme, user: EnrolledUser, { key }: TestPasskeys): Promise<void> {
  const { userId } = user;
  const staged = await acme.mfa.setup({ userId }, { accountName: userId, kind: 'webauthn', proof: user.proof() });
  const credential = await key.create(staged['creationOptions'] as CreationRequest);
  await acme.mfa.confirm({ userId }, { credential, factorId: staged.factorId });
}

/** A browser without passkeys. */
export const NO_PASSKEYS: Passkeys = {
  supported: () => false,
  create: () => Promise.reject(new PasskeyError('unsupported')),
  use: () => Promise.reject(new PasskeyError('unsupported')),
};

/** A tab's storage. */
export function testStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}
