/** Calls: for every call of `Mfa`, how a random one is made. A new call does not compile before it has a place here. */
import type { AnswerPrompts, BeginResult, Mfa, RequestContext, SetupResult, StagedSetup } from '@mfakit/core';
import { TEST_PASSWORD } from '@mfakit/testkit';
import { factorIdOf, factorRow, phoneOf } from '../../import/rows.ts';
import type { Chance } from './chance.ts';
import type { IssuedToken, Played } from './journal.ts';
import { answer, signed, signedAnswer, wrongAnswer, type Answer } from './answers.ts';
import { registration, toyKey } from './toy-passkeys.ts';
import { importedCodes, importOrigin } from './single-use.ts';
import { held, scan, USERS, type World } from './world.ts';

/** A call that can be made. */
export interface Planned extends Partial<Pick<Played, 'credential' | 'password' | 'about' | 'cookie'>> {
  readonly token?: IssuedToken | null | undefined;
  readonly userId: string;
  readonly run: (mfa: Mfa, request: RequestContext) => Promise<unknown>;
  /** What its caller has learned, once it was accepted. */
  readonly learn?: (result: never, played: Played) => void;
}

/** What the calls of one burst have in common. */
export interface Draw {
  readonly world: World;
  readonly chance: Chance;
  readonly userId: string;
  /** What all of them present, if they present one thing. */
  readonly answer?: Answer | undefined;
  readonly token?: IssuedToken | undefined;
  /** From when on MFA is required. */
  readonly about?: number;
  /** Whether nothing that they present is right. */
  readonly guesses?: boolean;
}

const FORGED = 'forged';
const WRONG_PASSWORD = 'wrong horse';
/** What comes without a passkey. */
const NOBODY: Answer = { input: { credential: { id: 'none', response: {} } }, credential: { kind: 'wrong' } };

const ACCOUNT = { accountName: 'someone@example.com' };

const answerOf = (draw: Draw): Answer => draw.answer ?? (draw.guesses === true ? wrongAnswer(draw) : answer(draw));

/** A token of this user, mostly the newest of its kind, rarely one of an other user or none. */
function tokenOf({ world, chance, userId, token }: Draw, purpose: IssuedToken['purpose']): IssuedToken | null {
  if (token !== undefined) return token;
  const own = world.tokens.filter((issued) => issued.purpose === purpose && issued.userId === userId);
  return own.at(-1 - (chance.percent(70) ? 0 : chance.below(4))) ?? null;
}

/** A password and a second factor. */
function proofOf(draw: Draw) {
  const { chance, guesses } = draw;
  const given = answerOf(draw);
  const right = !chance.percent(guesses === true ? 40 : 12);
  const password = right ? TEST_PASSWORD : WRONG_PASSWORD;
  return {
    credential: given.credential,
    token: given.token,
    password: right ? 'right' : 'wrong',
    proof: { ...given.input, password },
  } as const;
}

/** What a passkey signs to answer a token. */
function challengeIn({ prompts }: Partial<AnswerPrompts>): string | undefined {
  return (prompts?.['webauthn'] as { readonly challenge: string } | undefined)?.challenge;
}

/** The first answer of the app or the passkey that waits to be confirmed. */
function firstAnswer({ world, chance, userId, guesses }: Draw): Answer {
  const { pending, pendingPasskey } = held(world, userId);
  if (pendingPasskey !== undefined && guesses !== true) {
    const { factorId } = pendingPasskey;
    return { input: { credential: registration(pendingPasskey) }, credential: { kind: 'registration', factorId } };
  }
  if (pending === undefined || guesses === true || chance.percent(15)) return wrongAnswer({ world, userId });
  const step = Math.floor(world.now() / 30_000);
  return {
    input: { code: pending.phone.code(step * 30_000) },
    credential: { kind: 'code', factorId: pending.factorId, steps: [step], offset: 0 },
  };
}

function simple(call: 'status' | 'unlock' | 'reset' | 'forget' | 'passwordChanged' | 'forgetDevices') {
  return ({ userId }: Draw): Planned => ({ userId, run: async (mfa, request) => mfa[call](userId, request) });
}

/** A browser that somebody trusted, mostly one of this user, with its newest cookie; `null`: no cookie comes. */
function browserOf({ world, chance, userId }: Draw): { readonly cookie: string; readonly cookies: string[] } | null {
  const own = world.browsers.filter((browser) => browser.userId === userId);
  const among = own.length > 0 && chance.percent(90) ? own : world.browsers;
  if (among.length === 0 || chance.percent(30)) return null;
  const { cookies } = chance.percent(60) ? (among.at(-1) ?? chance.pick(among)) : chance.pick(among);
  const cookie = cookies.at(-1 - (chance.percent(75) ? 0 : chance.below(3))) ?? '';
  return { cookie, cookies };
}

/** The calls of a login route before the password is known to be right. */
function atLogin(call: 'assertNotLocked' | 'passwordFailed') {
  return (draw: Draw): Planned => {
    const { userId } = draw;
    const cookie = browserOf(draw)?.cookie;
    const from = { device: cookie };
    const run = async (mfa: Mfa, request: RequestContext): Promise<void> =>
      call === 'passwordFailed' ? mfa.passwordFailed(userId, request, from) : mfa.assertNotLocked(userId, from);
    return { userId, cookie, run };
  };
}

/** Takes over a user from another system, in which the secret and the codes have changed now and then. */
function importOf({ world, chance, userId }: Draw): Planned {
  const source = chance.percent(85) ? 'old-app' : 'older-app';
  const [number, about] = [chance.below(2), chance.below(2)];
  const lastStep = chance.pick([-1, -1, undefined, Math.floor(world.now() / 30_000)]);
  const factor = factorRow(number + USERS.indexOf(userId as (typeof USERS)[number]) * 2, { lastStep });
  const codes = importedCodes(userId, about);
  const row = { userId, source, factors: [factor], backupCodes: { codes } };
  const dryRun = chance.percent(15);
  return {
    userId,
    about,
    run: async (mfa, request) => ({ ...(await mfa.importUser(row, { dryRun }, request)), dryRun }),
    learn() {
      const factorId = factorIdOf(userId, source, factor.externalId);
      const known = world.devices.some((device) => device.factorId === factorId);
      if (!known) world.devices.push({ userId, factorId, phone: phoneOf(factor) });
      const origin = importOrigin(userId, about);
      const shown = world.codes.some((code) => code.origin === origin);
      if (!shown) world.codes.push(...codes.map((code) => ({ userId, code, origin })));
    },
  };
}

/** How each call is made. */
export const CALLS: Readonly<Record<keyof Mfa, (draw: Draw) => Planned>> = {
  begin: (draw) => {
    const { world, chance, userId } = draw;
    const browser = browserOf(draw);
    const device = browser?.cookie;
    const seenSeq = world.journal.head(userId)?.lastEventSeq ?? 0;
    const seen = chance.percent(30) ? { seenSeq } : {};
    return {
      userId,
      cookie: device,
      run: (mfa, request) => mfa.begin(userId, request, { ...seen, device }),
      learn(begun: BeginResult, { from, to }) {
        if (begun.next === 'signed-in') {
          if (begun.device !== undefined) browser?.cookies.push(begun.device.cookie);
          return;
        }
        const { token, next, expiresAt } = begun;
        world.tokens.push({
          challenge: next === 'verify' ? challengeIn(begun) : undefined,
          text: token,
          userId,
          purpose: next,
          expiresAt: expiresAt.getTime(),
          heldFrom: to,
          issuedFrom: from,
        });
      },
    };
  },
  tokenHolder: (draw) => {
    const token = tokenOf(draw, draw.chance.pick(['verify', 'enroll']));
    return { userId: draw.userId, token, run: (mfa) => mfa.tokenHolder(token?.text ?? FORGED) };
  },
  verify: (draw) => {
    const token = tokenOf(draw, draw.chance.percent(97) ? 'verify' : 'enroll');
    const { passkeys } = held(draw.world, token?.userId ?? draw.userId);
    const byPasskey = token !== null && draw.answer === undefined && draw.guesses !== true && draw.chance.percent(50);
    const given =
      byPasskey && passkeys.length > 0 ? signed(draw.chance.pick(passkeys), token, draw.chance) : answerOf(draw);
    const { credential } = given;
    // The token of the answer is the call's own.
    const { token: _own, ...input } = given.input;
    const text = token?.text ?? FORGED;
    const trust = draw.chance.percent(50);
    return {
      userId: token?.userId ?? draw.userId,
      credential,
      token,
      run: async (mfa, request) =>
        mfa.verify(
          {
            token: draw.chance.percent(20) ? await mfa.tokenHolder(text) : text,
            ...input,
            ...(trust && { trustDevice: { cookie: draw.chance.percent(20) ? browserOf(draw)?.cookie : undefined } }),
          },
          request,
        ),
      learn({ userId, device }: Awaited<ReturnType<Mfa['verify']>>) {
        if (device !== undefined) draw.world.browsers.push({ userId, cookies: [device.cookie] });
      },
    };
  },
  challenge: ({ world, userId }) => ({
    userId,
    run: (mfa) => mfa.challenge(userId),
    learn(asked: AnswerPrompts, { from, to }) {
      const challenge = challengeIn(asked);
      const expiresAt = asked.expiresAt.getTime();
      const issued = { text: asked.token, userId, purpose: 'prove', challenge, expiresAt } as const;
      world.tokens.push({ ...issued, heldFrom: to, issuedFrom: from });
    },
  }),
  passkeyChallenge: ({ world, userId }) => ({
    userId,
    run: (mfa) => mfa.passkeyChallenge(),
    learn(asked: Awaited<ReturnType<Mfa['passkeyChallenge']>>) {
      const challenge = challengeIn(asked);
      const expiresAt = asked.expiresAt.getTime();
      const issued = { text: asked.token, userId: '', purpose: 'alone', challenge, expiresAt } as const;
      world.tokens.push({ ...issued, heldFrom: 0, issuedFrom: 0 });
    },
  }),
  passkeySignIn: (draw) => {
    const { userId, answer: given } = draw;
    const shared = given?.token?.purpose === 'alone' ? given : null;
    const { input, credential, token, owner = userId } = shared ?? signedAnswer(draw, 'alone') ?? NOBODY;
    const { credential: response, token: text = FORGED } = input;
    return {
      userId: owner,
      credential,
      token,
      run: (mfa, request) => mfa.passkeySignIn({ token: text, credential: response ?? {} }, request),
    };
  },
  stepUp: (draw) => {
    const { input, credential, token } = answerOf(draw);
    return { userId: draw.userId, credential, token, run: (mfa, request) => mfa.stepUp(draw.userId, input, request) };
  },
  setup: (draw) => {
    const { world, chance, userId } = draw;
    const kind = chance.below(10);
    const token = draw.token ?? (kind < 2 ? tokenOf(draw, 'enroll') : null);
    const user = token?.userId ?? userId;
    const passkey = chance.percent(35);
    const learn = (shown: StagedSetup): void => {
      const { factorId } = shown;
      if (passkey) {
        const options = Reflect.get(shown, 'creationOptions') as unknown;
        world.passkeys.push(toyKey(chance, { userId: user, factorId, options }));
      } else world.devices.push(scan(user, factorId, (shown as SetupResult).uri));
      for (const code of shown.backupCodes) world.codes.push({ userId: user, code, origin: shown.factorId });
    };
    const details = passkey ? { ...ACCOUNT, kind: 'webauthn' } : ACCOUNT;
    if (token !== null)
      return { userId: user, token, learn, run: (mfa, request) => mfa.setup({ token: token.text }, details, request) };
    const { factorIds } = held(world, userId);
    if (factorIds.length > 0 && chance.percent(85)) {
      const { proof, ...presented } = proofOf(draw);
      return {
        userId,
        ...presented,
        learn,
        run: (mfa, request) => mfa.setup({ userId }, { ...details, proof }, request),
      };
    }
    if (kind < 5) {
      // A session that is too old: the password is asked for.
      const right = !chance.percent(draw.guesses === true ? 80 : 25);
      const proof = { password: right ? TEST_PASSWORD : WRONG_PASSWORD };
      const signedInAt = new Date(world.now() - 3_600_000);
      return {
        userId,
        password: right ? 'right' : 'wrong',
        learn,
        run: (mfa, request) => mfa.setup({ userId }, { ...details, proof, signedInAt }, request),
      };
    }
    return { userId, learn, run: (mfa, request) => mfa.setup({ userId }, details, request) };
  },
  confirm: (draw) => {
    const token = draw.token ?? (draw.chance.percent(25) ? tokenOf(draw, 'enroll') : null);
    const userId = token?.userId ?? draw.userId;
    const { input, credential } = firstAnswer({ ...draw, userId });
    const subject = token === null ? { userId } : { token: token.text };
    return { userId, token, credential, run: (mfa, request) => mfa.confirm(subject, input, request) };
  },
  disable: (draw) => {
    const { proof, ...presented } = proofOf(draw);
    return { userId: draw.userId, ...presented, run: (mfa, request) => mfa.disable(draw.userId, proof, request) };
  },
  removeFactor: (draw) => {
    const { world, chance, userId } = draw;
    const { proof, ...presented } = proofOf(draw);
    const { factorIds } = held(world, userId);
    const factorId = factorIds.length === 0 ? 'none' : chance.pick(factorIds);
    return { userId, ...presented, run: (mfa, request) => mfa.removeFactor(userId, factorId, proof, request) };
  },
  regenerate: (draw) => {
    const { proof, ...presented } = proofOf(draw);
    const { world, userId } = draw;
    return {
      userId,
      ...presented,
      run: (mfa, request) => mfa.regenerate(userId, proof, request),
      learn({ backupCodes }: Awaited<ReturnType<Mfa['regenerate']>>, { id }) {
        for (const code of backupCodes) world.codes.push({ userId, code, origin: `call-${id}` });
      },
    };
  },
  status: simple('status'),
  enforce: ({ world, chance, userId, about: given }) => {
    const about = given ?? world.now() + chance.pick([-60_000, -60_000, 3_600_000]);
    return { userId, about, run: (mfa, request) => mfa.enforce(userId, { from: new Date(about) }, request) };
  },
  exempt: ({ world, chance, userId }) => {
    const about = chance.percent(70) ? null : world.now() + 60_000;
    const options = about === null ? {} : { until: new Date(about) };
    return { userId, about, run: (mfa, request) => mfa.exempt(userId, options, request) };
  },
  passwordFailed: atLogin('passwordFailed'),
  passwordChanged: simple('passwordChanged'),
  assertNotLocked: atLogin('assertNotLocked'),
  forgetDevice: ({ world, chance, userId }) => {
    const devices = world.journal.head(userId)?.devices ?? [];
    const id = devices.length === 0 ? 'none' : chance.pick(devices).id;
    return { userId, run: (mfa, request) => mfa.forgetDevice(userId, id, request) };
  },
  forgetDevices: simple('forgetDevices'),
  unlock: simple('unlock'),
  reset: simple('reset'),
  forget: simple('forget'),
  importUser: importOf,
  history: ({ userId, chance }) => {
    const limit = 1 + chance.below(200);
    return { userId, run: (mfa) => mfa.history(userId, { limit }) };
  },
  rekey: ({ userId }) => ({
    userId,
    async run(mfa) {
      let progress = null;
      for await (const page of mfa.rekey()) progress = page;
      return progress;
    },
  }),
  keyReport: ({ userId }) => ({ userId, run: (mfa) => mfa.keyReport() }),
  check: ({ userId }) => ({ userId, run: (mfa) => mfa.check() }),
  clock: ({ userId }) => ({ userId, run: async (mfa) => mfa.clock() }),
};

/** Calls that take a session, and so may be told its epoch. */
export const IN_SESSION: readonly (keyof Mfa)[] = [
  'stepUp',
  'setup',
  'confirm',
  'disable',
  'removeFactor',
  'regenerate',
];
