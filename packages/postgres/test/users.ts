/** Users: people who have enrolled with an application over the store, and what became of their calls. */
import { createMfa, MfaError, type Mfa, type MfaEvent, type MfaStore } from '@mfakit/core';
import { virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';

/** The master key of every process of these tests. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)).toString('base64');

/** A user with what they hold. */
export interface EnrolledUser {
  readonly userId: string;
  readonly phone: VirtualAuthenticator;
  readonly backupCodes: readonly string[];
}

/** One instance of the core, as one process would have it. */
export function startMfa(store: MfaStore, clock: () => number, onEvent?: (event: MfaEvent) => void): Mfa {
  return createMfa({
    issuer: 'Acme',
    store,
    keys: [KEY],
    verifyPassword: 'passwordless',
    clock,
    ...(onEvent && { onEvent }),
    // SHA-256 in place of Argon2id: the database cannot tell them apart.
    hasher: async ({ message, salt }) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array([...salt, ...message]))),
  });
}

/** Enrols a user. The code of the current time step is spent by it. */
export async function enrol(mfa: Mfa, userId: string, now: number): Promise<EnrolledUser> {
  const { uri, backupCodes } = await mfa.setup({ userId }, { accountName: 'user' });
  const phone = virtualAuthenticator(uri);
  await mfa.confirm({ userId }, { code: phone.code(now) });
  return { userId, phone, backupCodes };
}

/** A code that the phone shows at no instant near the given one. */
export function wrongCode(phone: VirtualAuthenticator, now: number): string {
  const near = [-2, -1, 0, 1, 2].map((step) => phone.code(now + step * 30_000));
  // Six candidates, five of which may be right.
  return ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !near.includes(code)) ?? '777777';
}

/** `accepted`, or the code of the refusal. What is not a refusal is a defect and thrown. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof MfaError)) throw error;
    // The driver's own error lies beneath, once.
    if (error.code === 'store_unavailable' && (!(error.cause instanceof Error) || error.cause instanceof MfaError)) {
      throw new Error('store_unavailable must carry the error of the driver', { cause: error });
    }
    return error.code;
  }
}

/** How often each outcome occurs. */
export function tally(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** All events of a user, oldest first. */
export async function wholeHistory(mfa: Mfa, userId: string): Promise<readonly MfaEvent[]> {
  const events: MfaEvent[] = [];
  for (;;) {
    const before = events.at(-1)?.seq;
    if (before === 1) break;
    const page = await mfa.history(userId, { limit: 200, ...(before !== undefined && { before }) });
    if (page.length === 0) break;
    events.push(...page);
  }
  return events.reverse();
}
