/** Question: asks for a second factor, in whichever way the user has and this browser knows. */
import type { StatusReply, WireFactor } from '@mfakit/http';
import { PasskeyError } from '@mfakit/http/client/passkeys';
import type { Passkeys } from './passkeys.ts';
import type { Told } from './told.ts';

/** How somebody can answer. */
export type Way = 'passkey' | 'code' | 'backup_code';

/** Ways in the order in which they are offered, each with the method that the library calls it by. */
const METHODS: Readonly<Record<Way, string>> = { passkey: 'webauthn', code: 'totp', backup_code: 'backup_code' };

/** The question as it stands. */
export interface Question {
  /** What is asked for; `null`: the user has nothing that this browser could answer with. */
  readonly way: Way | null;
  /** All ways, the one that is asked for among them. */
  readonly ways: readonly Way[];
  /** Whether the code after the code is asked for as well. */
  readonly twoCodes: boolean;
  /** An answer is under way. Another one is ignored meanwhile. */
  readonly busy: boolean;
  /** What went wrong last; `null`: nothing. */
  readonly told: Told | null;
}

/** What a passkey signs: a token, and how to ask for it. */
export interface ToSign {
  readonly mfa_token: string;
  readonly request_options?: object | undefined;
}

/** An answer. */
export type Answer =
  | {
      /** The code of an app, as typed. */
      readonly code: string;
      /** The code that the app shows after it, if `twoCodes`. */
      readonly nextCode?: string | undefined;
    }
  | {
      /** A backup code, as typed. */
      readonly backupCode: string;
    }
  /** Asks the browser. Give it on a click: browsers want one. */
  | { readonly passkey: true };

/** @param methods - as the login route or `status` has them */
export function questionOf(methods: readonly string[], passkeys: Passkeys): Question {
  const ways = (Object.keys(METHODS) as Way[]).filter(
    (way) => methods.includes(METHODS[way]) && (way !== 'passkey' || passkeys.supported()),
  );
  return { way: ways[0] ?? null, ways, twoCodes: false, busy: false, told: null };
}

/** What a signed-in user can answer with. */
export function methodsOf({ factors, backup_codes_remaining: left }: StatusReply): readonly string[] {
  return [...factors.map(({ kind }) => kind), ...(left > 0 ? ['backup_code'] : [])];
}

/** Asks for something else. */
export function chooseWay<Q extends Question>(question: Q, way: Way): Q {
  return question.busy || !question.ways.includes(way) ? question : { ...question, way, told: null };
}

/** After a refusal. */
export function refuse<Q extends Question>(question: Q, told: Told | null): Q {
  const twoCodes = question.twoCodes || told?.code === 'two_codes_required';
  return { ...question, busy: false, told, twoCodes };
}

/**
 * The answer as it travels.
 * @param toSign - what a passkey signs
 */
export async function toFactor(
  answer: Answer,
  passkeys: Passkeys,
  toSign: () => Promise<ToSign>,
  signal: AbortSignal,
): Promise<WireFactor> {
  if ('passkey' in answer) {
    const { mfa_token, request_options: options } = await toSign();
    if (options === undefined) throw new PasskeyError('unsupported');
    return { mfa_token, credential: await passkeys.use(options, { signal }) };
  }
  if ('backupCode' in answer) return { backup_code: answer.backupCode };
  const { code, nextCode } = answer;
  return { code, ...(nextCode !== undefined && { next_code: nextCode }) };
}
