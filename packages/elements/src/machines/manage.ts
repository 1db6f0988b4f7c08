/** Manage: what protects the signed-in user, and every change of it. */
import type { StatusReply, WireEvent, WireFactorStatus } from '@mfakit/http';
import { signalAcceptedPasskeys, type PasskeyClient } from '@mfakit/http/client/passkeys';
import type { Kind } from './enroll.ts';
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

/** A change that wants proof. */
export type Change =
  /** `last`: it is the last one, so it turns two-step verification off. */
  | {
      readonly kind: 'remove';
      /** What is to be removed. */
      readonly factor: WireFactorStatus;
      /** Whether it is the last one. */
      readonly last: boolean;
    }
  | { readonly kind: 'regenerate' }
  | { readonly kind: 'disable' };

/** What was done last. */
export interface Said {
  /** What was done, for a sentence of yours. */
  readonly code: 'on' | 'off' | 'added' | 'removed' | 'regenerated' | 'forgotten';
  /** What the user calls it. */
  readonly name?: string;
}

/** What is shown. */
export interface Shown {
  /** What is known about the user. */
  readonly status: StatusReply;
  /** Newest first. */
  readonly events: readonly WireEvent[];
  /** Whether there are older ones. */
  readonly more: boolean;
  /** Something is under way. Another call is ignored meanwhile. */
  readonly busy: boolean;
  /** What went wrong last; `null`: nothing. */
  readonly told: Told | null;
  /** What was done last; `null`: nothing. */
  readonly said: Said | null;
}

/** The page as it stands. */
export type ManageState =
  | { readonly step: 'loading' }
  | ({ readonly step: 'ready' } & Shown)
  /** An enrollment has the page: tell `added` or `cancel` when it ends. */
  | {
      readonly step: 'adding';
      /** What is being added. */
      readonly kind: Kind;
    }
  | ({
      readonly step: 'asking';
      /** What the user wants to change. */
      readonly change: Change;
      /** Whether the password is asked for. */
      readonly passwordNeeded: boolean;
    } & Question)
  /** New backup codes, shown this once. */
  | {
      readonly step: 'codes';
      /** In clear. */
      readonly codes: readonly string[];
    }
  | {
      readonly step: 'failed';
      /** What went wrong. */
      readonly told: Told;
    }
  | {
      readonly step: 'signed_out';
      /** What went wrong. */
      readonly told: Told;
    };

/** What it needs. */
export interface ManageOptions {
  /** What calls the routes: `createPasskeyClient`, or its part that is needed here. */
  readonly client: Pick<
    PasskeyClient,
    'status' | 'history' | 'removeFactor' | 'regenerate' | 'disable' | 'forgetDevice' | 'forgetDevices' | 'challenge'
  >;
  /** The passkeys of the browser. Default: those of this one. */
  readonly passkeys?: Passkeys | undefined;
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The page. */
export interface ManageMachine extends Machine<ManageState> {
  /** Loads anew: for a page that was hidden, since another tab may have changed everything. */
  refresh(): Promise<void>;
  /** Older events. */
  more(): Promise<void>;
  /** Hands the page to an enrollment. */
  add(kind: Kind): void;
  /** Takes the page back from it, and loads anew. */
  added(): Promise<void>;
  /** Asks for the proof that a change takes. */
  ask(change: Change): void;
  /** Asks for another kind of proof. */
  chooseWay(way: Way): void;
  /** Gives the proof, and makes the change. */
  answer(answer: Answer, password?: string): Promise<void>;
  /** Back to what is shown. */
  cancel(): void;
  /** Ends the trust in one browser, or in all of them. */
  forget(deviceId: string | null): Promise<void>;
  /** The new codes are saved. */
  finish(): Promise<void>;
}

const PAGE = 10;

/** Loads what is shown. */
export function manage({ client, passkeys = browserPasskeys, now = Date.now }: ManageOptions): ManageMachine {
  const { get, set, signal, ...machine } = cell<ManageState>({ step: 'loading' });
  let shown: Shown | null = null;
  let prompt = new AbortController();
  signal.addEventListener('abort', () => prompt.abort());

  const show = (next: Shown): void => {
    shown = next;
    set({ step: 'ready', ...next });
  };

  const fail = (told: Told | null): void => {
    if (told === null) return;
    if (isSignedOut(told)) set({ step: 'signed_out', told });
    else if (shown === null) set({ step: 'failed', told });
    else show({ ...shown, busy: false, told });
  };

  const load = async (said: Said | null): Promise<void> => {
    try {
      const [status, { events }] = await Promise.all([client.status(), client.history({ limit: PAGE })]);
      show({ status, events, more: events.length === PAGE, busy: false, told: null, said });
    } catch (error) {
      fail(toTold(error, now()));
    }
  };
  void load(null);

  const carryOut = async (change: Change, proof: Parameters<typeof client.disable>[0]): Promise<void> => {
    switch (change.kind) {
      case 'remove': {
        await client.removeFactor(change.factor.id, proof);
        const left = shown?.status.factors.filter(({ id }) => id !== change.factor.id) ?? [];
        void signalAcceptedPasskeys(left, change.factor);
        await load(change.last ? { code: 'off' } : { code: 'removed', name: change.factor.label });
        break;
      }
      case 'regenerate':
        set({ step: 'codes', codes: (await client.regenerate(proof)).backup_codes });
        break;
      case 'disable':
        await client.disable(proof);
        void signalAcceptedPasskeys(
          [],
          shown?.status.factors.find(({ kind }) => kind === 'webauthn'),
        );
        await load({ code: 'off' });
        break;
    }
  };

  return {
    ...machine,
    get,

    async refresh() {
      const { step } = get();
      if (step === 'failed') set({ step: 'loading' });
      if (step === 'failed' || step === 'ready') await load(null);
    },

    async more() {
      const state = get();
      const before = shown?.events.at(-1)?.seq;
      if (state.step !== 'ready' || state.busy || shown === null || before === undefined) return;
      show({ ...shown, busy: true, told: null, said: null });
      try {
        const { events } = await client.history({ before, limit: PAGE });
        show({ ...shown, busy: false, events: [...shown.events, ...events], more: events.length === PAGE });
      } catch (error) {
        fail(toTold(error, now()));
      }
    },

    add(kind) {
      if (get().step === 'ready') set({ step: 'adding', kind });
    },

    async added() {
      if (get().step !== 'adding') return;
      const before = shown?.status;
      await load(null);
      const factor = shown?.status.factors.find(({ id }) => !before?.factors.some((old) => old.id === id));
      if (shown === null || factor === undefined) return;
      void signalAcceptedPasskeys(shown.status.factors);
      show({ ...shown, said: before?.enabled === true ? { code: 'added', name: factor.label } : { code: 'on' } });
    },

    ask(change) {
      if (get().step !== 'ready' || shown === null) return;
      const { status } = shown;
      const question = questionOf(methodsOf(status), passkeys);
      set({ step: 'asking', change, passwordNeeded: status.password_needed, ...question });
    },

    chooseWay(way) {
      const state = get();
      if (state.step === 'asking') set(chooseWay(state, way));
    },

    async answer(answer, password) {
      const state = get();
      if (state.step !== 'asking' || state.busy) return;
      set({ ...state, busy: true, told: null });
      const mine = prompt;
      try {
        const factor = await toFactor(answer, passkeys, () => client.challenge(), mine.signal);
        await carryOut(state.change, { ...factor, ...(password !== undefined && { password }) });
      } catch (error) {
        const told = toTold(error, now());
        if (mine.signal.aborted) return;
        if (told !== null && isSignedOut(told)) fail(told);
        // Somebody else was faster: what is shown is not true any more.
        else if (told?.code === 'factor_not_found' || told?.code === 'not_enabled')
          await load(null).then(() => fail(told));
        else set(refuse(state, told));
      }
    },

    cancel() {
      const { step } = get();
      prompt.abort();
      prompt = new AbortController();
      if ((step === 'asking' || step === 'adding') && shown !== null) show({ ...shown, told: null, said: null });
    },

    async forget(deviceId) {
      const state = get();
      if (state.step !== 'ready' || state.busy || shown === null) return;
      show({ ...shown, busy: true, told: null, said: null });
      try {
        await (deviceId === null ? client.forgetDevices() : client.forgetDevice(deviceId));
        await load({ code: 'forgotten' });
      } catch (error) {
        const told = toTold(error, now());
        if (told?.code === 'device_not_found') await load({ code: 'forgotten' });
        else fail(told);
      }
    },

    async finish() {
      if (get().step === 'codes') await load({ code: 'regenerated' });
    },
  };
}
