/** Enroll: adds a passkey or an authenticator app: the first one, a further one, or the first one as policy demands it. */
import type { SetupReply, WireFactor } from '@mfakit/http';
import type { PasskeyClient } from '@mfakit/http/client/passkeys';
import { alarm } from './alarm.ts';
import { setupPlace, tabStorage, type TabStorage } from './kept-setup.ts';
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
import { isSignedOut, toTold, type Told, type ToldCode } from './told.ts';

/** What can be added. */
export type Kind = 'passkey' | 'totp';

/** What there is to do once a setup, or the sign-in that it belongs to, has ended. */
export type Next = 'restart' | 'continue' | 'sign_in';

/** A proof, as far as it was asked for. */
export interface Given {
  /** `null`: only the password is asked for. */
  readonly answer: Answer | null;
  /** Of a user who is asked for it. */
  readonly password?: string | undefined;
  /** The user's own name for what is added. */
  readonly label?: string | undefined;
}

/** The enrollment as it stands. Instants are epoch milliseconds. `others`: whether there is something else to choose. */
export type EnrollState =
  | { readonly step: 'loading' }
  | {
      readonly step: 'choose';
      /** What can be chosen, in this order. */
      readonly kinds: readonly Kind[];
      /** Whether the user has no factor yet. */
      readonly first: boolean;
      /** Something is under way. Another call is ignored meanwhile. */
      readonly busy: boolean;
    }
  /** Proves who it is: with a factor that is active, or, long after the sign-in, with the password alone. */
  | ({
      readonly step: 'proof';
      /** What is to be added. */
      readonly kind: Kind;
      /** Whether the password is asked for. */
      readonly passwordNeeded: boolean;
      /** Whether a factor that is active is asked for. */
      readonly factorNeeded: boolean;
      /** Whether there is something else to choose. */
      readonly others: boolean;
    } & Question)
  | {
      readonly step: 'scan';
      /** A `data:` URL. */
      readonly picture: string;
      /** Base32. */
      readonly secret: string;
      /** What the picture shows: a link on the phone itself. */
      readonly uri: string;
      /** Whether the user has no factor yet. */
      readonly first: boolean;
      /** Whether there is something else to choose. */
      readonly others: boolean;
      /** Until when the first code must come, in epoch milliseconds. */
      readonly endsAt: number;
      /** Something is under way. Another call is ignored meanwhile. */
      readonly busy: boolean;
      /** What went wrong last; `null`: nothing. */
      readonly told: Told | null;
    }
  | {
      readonly step: 'passkey';
      /** Whether the user has no factor yet. */
      readonly first: boolean;
      /** Whether there is something else to choose. */
      readonly others: boolean;
      /** Something is under way. Another call is ignored meanwhile. */
      readonly busy: boolean;
      /** What went wrong last; `null`: nothing. */
      readonly told: Told | null;
    }
  /** Shown this once. */
  | {
      readonly step: 'codes';
      /** In clear. */
      readonly codes: readonly string[];
    }
  | {
      readonly step: 'failed';
      /** What went wrong. */
      readonly told: Told;
      /** What there is to do now. */
      readonly next: Next;
    }
  /** `factorId`: `null` if another tab confirmed something. */
  | {
      readonly step: 'done';
      /** What is to be added. */
      readonly kind: Kind;
      /** The factor that is active now. */
      readonly factorId: string | null;
    };

/** What it needs. */
export interface EnrollOptions {
  /** What calls the routes: `createPasskeyClient`, or its part that is needed here. */
  readonly client: Pick<
    PasskeyClient,
    | 'status'
    | 'setup'
    | 'confirm'
    | 'enforceSetup'
    | 'enforceConfirm'
    | 'webauthnSetup'
    | 'webauthnConfirm'
    | 'webauthnEnforceSetup'
    | 'webauthnEnforceConfirm'
    | 'challenge'
  >;
  /** Of somebody who must enroll to sign in, from the login route; absent: somebody is signed in. */
  readonly token?: string | undefined;
  /** What is offered, in this order; both by default. */
  readonly kinds?: readonly Kind[] | undefined;
  /** Whose setup is kept in this tab: one of somebody else is not shown. */
  readonly accountName?: string | undefined;
  /** The passkeys of the browser. Default: those of this one. */
  readonly passkeys?: Passkeys | undefined;
  /** `null`: nothing is kept. */
  readonly storage?: TabStorage | null | undefined;
  /** Epoch milliseconds; default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The enrollment. */
export interface EnrollMachine extends Machine<EnrollState> {
  /** Chooses what to add, and begins its setup. */
  pick(kind: Kind): Promise<void>;
  /** Back to the choice, if there are `others`. A setup that waits is given up. */
  reconsider(): void;
  /** Asks for another kind of proof. */
  chooseWay(way: Way): void;
  /** Gives the proof that was asked for. */
  prove(given: Given): Promise<void>;
  /** The first code of an authenticator app. */
  confirm(code: string): Promise<void>;
  /** Makes the passkey. Call it on a click: browsers want one. */
  create(): Promise<void>;
  /** The codes are saved. */
  finish(): void;
  /** Begins again, or goes on, as `failed` has it. */
  proceed(): Promise<void>;
}

/** What becomes of a setup that is refused for good. What is not here is told beside the form. */
const FATES: Readonly<Partial<Record<ToldCode, Next>>> = {
  setup_not_started: 'restart',
  setup_expired: 'restart',
  setup_voided: 'restart',
  setup_replaced: 'restart',
  setup_confirmed: 'continue',
  already_enabled: 'continue',
  invalid_token: 'sign_in',
  enforcement_not_pending: 'sign_in',
};

/** A passkey that is staged: a second click needs no second proof. */
interface StagedPasskey {
  readonly factor_id: string;
  readonly creation_options: object;
  readonly backup_codes: readonly string[];
  readonly expires_at: string;
}

type Proof = Partial<WireFactor> & { readonly password?: string; readonly label?: string };

/** Begins an enrollment. */
export function enroll({
  client,
  token,
  kinds = ['passkey', 'totp'],
  accountName = '',
  passkeys = browserPasskeys,
  storage = tabStorage(),
  now = Date.now,
}: EnrollOptions): EnrollMachine {
  const { get, set, signal, ...machine } = cell<EnrollState>({ step: 'loading' });
  const offered = kinds.filter((each) => each !== 'passkey' || passkeys.supported());
  const others = offered.length > 1;
  const place = setupPlace(storage, token ?? accountName);
  const end = alarm(now, signal);
  let first = true;
  let question = questionOf([], passkeys);
  let passwordNeeded = false;
  let stagedApp: SetupReply | null = null;
  let stagedPasskey: StagedPasskey | null = null;

  const fail = (told: Told, next: Next): void => {
    stagedApp = null;
    stagedPasskey = null;
    place.forget();
    set({ step: 'failed', told, next });
  };

  /** There is no form yet to tell it beside. */
  const failAnew = (told: Told | null): void => fail(told ?? { code: 'internal_error' }, 'restart');

  /** Tells a refusal: in place of what has ended, or by `beside` the form that is still good. */
  const refused = (error: unknown, beside: (told: Told | null) => void): void => {
    const told = toTold(error, now());
    if (told === null) return beside(null);
    if (told.code === 'token_used') return done(null);
    const next = isSignedOut(told) ? 'sign_in' : FATES[told.code];
    if (told.code === 'setup_confirmed' && stagedApp !== null) return afterwards(stagedApp);
    return next === undefined ? beside(told) : fail(told, next);
  };

  let kind: Kind = 'totp';
  const done = (factorId: string | null): void => {
    place.forget();
    set({ step: 'done', kind, factorId });
  };

  const afterwards = ({ factor_id, backup_codes }: Pick<SetupReply, 'factor_id' | 'backup_codes'>): void => {
    place.forget();
    confirmed = factor_id;
    if (backup_codes.length === 0) done(factor_id);
    else set({ step: 'codes', codes: backup_codes });
  };
  let confirmed: string | null = null;

  const scan = (setup: SetupReply): void => {
    stagedApp = setup;
    kind = 'totp';
    const endsAt = Date.parse(setup.expires_at);
    end.set(endsAt, () => {
      if (get().step === 'scan') fail({ code: 'setup_expired' }, 'restart');
    });
    const { qr_code_base64: picture, secret, otpauth_uri: uri } = setup;
    set({ step: 'scan', picture, secret, uri, first, others, endsAt, busy: false, told: null });
  };

  const stageApp = async (proof: Proof): Promise<void> => {
    const setup = token === undefined ? await client.setup(proof) : await client.enforceSetup({ mfa_token: token });
    place.write(setup);
    scan(setup);
  };

  const stagePasskey = async (proof: Proof): Promise<StagedPasskey> => {
    stagedPasskey =
      token === undefined ? await client.webauthnSetup(proof) : await client.webauthnEnforceSetup({ mfa_token: token });
    return stagedPasskey;
  };

  const askForProof = (): void =>
    set({
      step: 'proof',
      kind,
      passwordNeeded: first || passwordNeeded,
      factorNeeded: !first,
      others,
      ...question,
    });

  /** Long after the sign-in even the first one needs the password: a refusal asks for it. */
  const orProof = (error: unknown, beside: (told: Told | null) => void): void => {
    const isAsked = toTold(error, now())?.code === 'proof_required';
    if (isAsked) askForProof();
    else refused(error, beside);
  };

  const begin = async (chosen: Kind): Promise<void> => {
    kind = chosen;
    if (!first) askForProof();
    else if (kind === 'passkey') set({ step: 'passkey', first, others, busy: false, told: null });
    else {
      try {
        await stageApp({});
      } catch (error) {
        orProof(error, failAnew);
      }
    }
  };

  const choose = (): void => set({ step: 'choose', kinds: offered, first, busy: false });

  const start = async (): Promise<void> => {
    set({ step: 'loading' });
    const kept = offered.includes('totp') ? place.read(now()) : null;
    if (kept !== null) {
      first = kept.backup_codes.length > 0;
      scan(kept);
      return;
    }
    if (token === undefined) {
      try {
        const status = await client.status();
        first = !status.enabled;
        passwordNeeded = status.password_needed;
        question = questionOf(methodsOf(status), passkeys);
      } catch (error) {
        refused(error, failAnew);
        return;
      }
    }
    const [only] = offered;
    if (only === undefined) fail({ code: 'passkey_unsupported' }, 'continue');
    else if (others) choose();
    else await begin(only);
  };
  void start();

  return {
    ...machine,
    get,

    async pick(chosen) {
      const state = get();
      if (state.step !== 'choose' || state.busy || !offered.includes(chosen)) return;
      set({ ...state, busy: true });
      await begin(chosen);
    },

    reconsider() {
      const state = get();
      const { step } = state;
      if (!others || (step !== 'proof' && step !== 'scan' && step !== 'passkey') || state.busy) return;
      place.forget();
      stagedApp = null;
      choose();
    },

    chooseWay(way) {
      const state = get();
      if (state.step === 'proof') set(chooseWay(state, way));
    },

    async prove({ answer, password, label }) {
      const state = get();
      if (state.step !== 'proof' || state.busy) return;
      set({ ...state, busy: true, told: null });
      try {
        const factor = answer === null ? {} : await toFactor(answer, passkeys, () => client.challenge(), signal);
        const proof = { ...factor, ...(password !== undefined && { password }), ...(label !== undefined && { label }) };
        if (kind === 'totp') return await stageApp(proof);
        await stagePasskey(proof);
        set({ step: 'passkey', first, others, busy: false, told: null });
      } catch (error) {
        refused(error, (told) => set(refuse(state, told)));
      }
    },

    async confirm(code) {
      const state = get();
      if (state.step !== 'scan' || state.busy || stagedApp === null) return;
      const setup = stagedApp;
      set({ ...state, busy: true, told: null });
      try {
        const given = { code, factor_id: setup.factor_id };
        await (token === undefined ? client.confirm(given) : client.enforceConfirm({ mfa_token: token, ...given }));
        afterwards(setup);
      } catch (error) {
        refused(error, (told) => set({ ...state, told }));
      }
    },

    async create() {
      const state = get();
      if (state.step !== 'passkey' || state.busy) return;
      set({ ...state, busy: true, told: null });
      try {
        const waits = stagedPasskey !== null && now() < Date.parse(stagedPasskey.expires_at);
        const staged = (waits ? stagedPasskey : null) ?? (await stagePasskey({}));
        const credential = await passkeys.create(staged.creation_options, { signal });
        const given = { credential, factor_id: staged.factor_id };
        await (token === undefined
          ? client.webauthnConfirm(given)
          : client.webauthnEnforceConfirm({ mfa_token: token, ...given }));
        afterwards(staged);
      } catch (error) {
        orProof(error, (told) => set({ ...state, told }));
      }
    },

    finish() {
      if (get().step === 'codes') done(confirmed);
    },

    async proceed() {
      const state = get();
      if (state.step !== 'failed') return;
      if (state.next === 'continue') done(null);
      else if (state.next === 'restart') await start();
    },
  };
}
