/** Sign-in: the second step of a sign-in, from the reply of the login route to the session. */
import type { PasskeyClient } from '@mfakit/http/client/passkeys';
import { alarm } from './alarm.ts';
import { cell, type Machine } from './machine.ts';
import { browserPasskeys, type Passkeys } from './passkeys.ts';
import { chooseWay, questionOf, refuse, toFactor, type Answer, type Question, type Way } from './question.ts';
import { toTold, type Told } from './told.ts';

/** What the login route answers if a second factor is needed. */
export interface Begun {
  /** The token that the login route gave. */
  readonly mfa_token: string;
  /** The kinds of factor that the user has. */
  readonly methods: readonly string[];
  /** For users with a passkey. */
  readonly request_options?: object | undefined;
  /** For how many days this browser can be trusted; absent: that is not offered. */
  readonly trust_days?: number | undefined;
  /** ISO 8601: when the token ends. Without it, that is told once an answer is refused. */
  readonly expires_at?: string | undefined;
}

/** The second step as it stands. Instants are epoch milliseconds. */
export type SignInState =
  | ({
      readonly step: 'asking';
      /** `null`: not offered. */
      readonly trustDays: number | null;
      /** `null`: the login route did not tell. */
      readonly endsAt: number | null;
    } & Question)
  /** `until`: `null` if only support can unlock. Then, or after it, the question comes back. */
  | {
      readonly step: 'locked';
      /** When the lock ends, in epoch milliseconds; `null` if only support can unlock. */
      readonly until: number | null;
    }
  /** The token is good for nothing any more: back to the password. */
  | {
      readonly step: 'expired';
      /** What went wrong. */
      readonly told: Told;
    }
  /** `method` and `backupCodesRemaining` are `null` if the answer to an earlier try had been lost. */
  | {
      readonly step: 'done';
      /** The kind of factor that was used. */
      readonly method: string | null;
      /** Backup codes that are left: offer new ones when this is low. */
      readonly backupCodesRemaining: number | null;
    };

/** What it needs. */
export interface SignInOptions {
  /** What calls the routes: `createPasskeyClient`, or its part that is needed here. */
  readonly client: Pick<PasskeyClient, 'verify'>;
  /** What the login route answered. */
  readonly begun: Begun;
  /** What the list of trusted browsers calls this one. */
  readonly browserName?: string | undefined;
  /** The passkeys of the browser. Default: those of this one. */
  readonly passkeys?: Passkeys | undefined;
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The second step. */
export interface SignInMachine extends Machine<SignInState> {
  /** Asks for another kind of answer. */
  choose(way: Way): void;
  /** @param details - `trust`: whether the user has ticked the box; it counts for everything but backup codes */
  answer(answer: Answer, details?: { readonly trust?: boolean }): Promise<void>;
}

/** Begins the second step. */
export function signIn({
  client,
  begun,
  browserName,
  passkeys = browserPasskeys,
  now = Date.now,
}: SignInOptions): SignInMachine {
  const endsAt = begun.expires_at === undefined ? null : Date.parse(begun.expires_at);
  const asked = (): SignInState => ({
    step: 'asking',
    trustDays: begun.trust_days ?? null,
    endsAt,
    ...questionOf(begun.methods, passkeys),
  });
  const { get, set, signal, ...machine } = cell<SignInState>(asked());
  const unlock = alarm(now, signal);

  const expire = (told: Told): void => set({ step: 'expired', told });
  if (endsAt !== null) {
    alarm(now, signal).set(endsAt, () => {
      if (get().step !== 'done') expire({ code: 'invalid_token' });
    });
  }

  const refused = (told: Told | null): void => {
    const state = get();
    if (state.step !== 'asking') return;
    switch (told?.code) {
      // It was this very step, and its answer was lost.
      case 'token_used':
        set({ step: 'done', method: null, backupCodesRemaining: null });
        break;
      case 'invalid_token':
        expire(told);
        break;
      case 'locked':
        set({ step: 'locked', until: told.retryAt ?? null });
        if (told.retryAt !== undefined) unlock.set(told.retryAt, () => set(asked()));
        break;
      default:
        set(refuse(state, told));
    }
  };

  return {
    ...machine,
    get,

    choose(way) {
      const state = get();
      if (state.step === 'asking') set(chooseWay(state, way));
    },

    async answer(answer, { trust = false } = {}) {
      const state = get();
      if (state.step !== 'asking' || state.busy) return;
      set({ ...state, busy: true, told: null });
      try {
        const factor = await toFactor(answer, passkeys, async () => begun, signal);
        const trusted = trust && !('backupCode' in answer) && { trust_device: { label: browserName } };
        const reply = await client.verify({ ...factor, mfa_token: begun.mfa_token, ...trusted });
        set({ step: 'done', method: reply.method, backupCodesRemaining: reply.backup_codes_remaining });
      } catch (error) {
        refused(toTold(error, now()));
      }
    },
  };
}
