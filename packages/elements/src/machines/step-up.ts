/** Step-up: asks for a second factor again, in front of something sensitive. */
import type { PasskeyClient } from '@mfakit/http/client/passkeys';
import { alarm } from './alarm.ts';
import { cell, type Machine } from './machine.ts';
import { browserPasskeys, type Passkeys } from './passkeys.ts';
import {
  chooseWay,
  methodsOf,
  questionOf,
  refuse,
  toFactor,
  type Answer,
  type Question,
  type Way,
} from './question.ts';
import { isSignedOut, toTold, type Told } from './told.ts';

/** The question as it stands. */
export type StepUpState =
  | { readonly step: 'idle' }
  | { readonly step: 'loading'; readonly reason: string | null }
  | ({ readonly step: 'asking'; readonly reason: string | null } & Question)
  /** `until`, epoch milliseconds; `null`: only support can unlock. */
  | {
      readonly step: 'locked';
      readonly reason: string | null;
      /** When the lock ends, in epoch milliseconds; `null` if only support can unlock. */
      readonly until: number | null;
    }
  /** There is nothing to answer with, or nobody is signed in any more, or no answer came. */
  | {
      readonly step: 'failed';
      /** What went wrong last; `null`: nothing. */
      readonly told: Told;
    };

/** What it needs. */
export interface StepUpOptions {
  /** What calls the routes: `createPasskeyClient`, or its part that is needed here. */
  readonly client: Pick<PasskeyClient, 'status' | 'stepUp' | 'challenge'>;
  /** The passkeys of the browser. Default: those of this one. */
  readonly passkeys?: Passkeys | undefined;
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Why somebody is asked. */
export interface StepUpReason {
  /** A sentence: what they are about to do. */
  readonly reason?: string | undefined;
}

/** The dialog. */
export interface StepUpMachine extends Machine<StepUpState> {
  /**
   * Asks. Called while it asks, it gives the same promise.
   * @returns whether somebody proved to be the user; false: they cancelled
   */
  readonly ask: (reason?: StepUpReason) => Promise<boolean>;
  /** Asks for another kind of answer. */
  chooseWay(way: Way): void;
  /** Gives the answer. */
  answer(answer: Answer): Promise<void>;
  /** Loads again what `failed` could not load. */
  retry(): Promise<void>;
  /** Ends it without an answer. */
  cancel(): void;
}

/** Makes it. It asks nothing until `ask` is called. */
export function stepUp({ client, passkeys = browserPasskeys, now = Date.now }: StepUpOptions): StepUpMachine {
  const { get, set, signal, destroy, ...machine } = cell<StepUpState>({ step: 'idle' });
  const unlock = alarm(now, signal);
  /** What `ask` has given, and what settles it; `null`: nothing is asked. */
  let asked: Promise<boolean> | null = null;
  let tell: ((done: boolean) => void) | null = null;
  let why: string | null = null;
  let prompt = new AbortController();

  const settle = (done: boolean): void => {
    const settled = tell;
    asked = null;
    prompt.abort();
    prompt = new AbortController();
    set({ step: 'idle' });
    settled?.(done);
  };

  const load = async (): Promise<void> => {
    const mine = asked;
    set({ step: 'loading', reason: why });
    try {
      const status = await client.status();
      if (asked !== mine) return;
      if (!status.enabled) set({ step: 'failed', told: { code: 'not_enabled' } });
      else set({ step: 'asking', reason: why, ...questionOf(methodsOf(status), passkeys) });
    } catch (error) {
      const told = toTold(error, now());
      if (asked === mine && told !== null) set({ step: 'failed', told });
    }
  };

  return {
    ...machine,
    get,

    ask({ reason } = {}) {
      if (asked !== null) return asked;
      const answer = new Promise<boolean>((resolve) => {
        tell = resolve;
      });
      asked = answer;
      why = reason ?? null;
      void load();
      return answer;
    },

    chooseWay(way) {
      const state = get();
      if (state.step === 'asking') set(chooseWay(state, way));
    },

    async answer(answer) {
      const state = get();
      if (state.step !== 'asking' || state.busy) return;
      const mine = asked;
      set({ ...state, busy: true, told: null });
      try {
        await client.stepUp(await toFactor(answer, passkeys, () => client.challenge(), prompt.signal));
        if (asked === mine) settle(true);
      } catch (error) {
        if (asked !== mine) return;
        const told = toTold(error, now());
        if (told?.code === 'locked') {
          const until = told.retryAt ?? null;
          set({ step: 'locked', reason: why, until });
          if (until !== null) unlock.set(until, () => get().step === 'locked' && void load());
        } else if (told !== null && (isSignedOut(told) || told.code === 'not_enabled')) set({ step: 'failed', told });
        else set(refuse(state, told));
      }
    },

    async retry() {
      if (get().step === 'failed') await load();
    },

    cancel() {
      if (asked !== null) settle(false);
    },

    destroy() {
      if (asked !== null) settle(false);
      destroy();
    },
  };
}

/** What asks: the element, or a machine of your own page. */
export type Asks = Pick<StepUpMachine, 'ask'>;

/**
 * Makes calls that are refused for want of a fresh second factor ask for it, and go out once more.
 * @returns runs a call; if the user cancels, it throws the refusal of the first try
 */
export function withStepUp(dialog: Asks): <T>(call: () => Promise<T>, reason?: StepUpReason) => Promise<T> {
  return async (call, reason) => {
    try {
      return await call();
    } catch (error) {
      // RFC 9470: the second factor of this session is missing or too old.
      if (toTold(error, 0)?.code !== 'insufficient_user_authentication' || !(await dialog.ask(reason))) throw error;
    }
    return call();
  };
}
