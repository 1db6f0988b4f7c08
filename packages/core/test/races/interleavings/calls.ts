/** Calls: for every call of `Mfa`, how a random one is made. A new call does not compile before it has a place here. */
import type { BeginResult, Mfa, RequestContext, SetupResult } from '@mfakit/core';
import { TEST_PASSWORD } from '@mfakit/testkit';
import type { Chance } from './chance.ts';
import type { IssuedToken, Played } from './journal.ts';
import { answer, wrongAnswer, type Answer } from './answers.ts';
import { held, scan, type World } from './world.ts';

/** A call that can be made. */
export interface Planned extends Partial<Pick<Played, 'credential' | 'password' | 'token' | 'about' | 'cookie'>> {
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
    password: right ? 'right' : 'wrong',
    proof: { ...given.input, password },
  } as const;
}

/** The code of the app that waits to be confirmed. */
function firstCode({ world, chance, userId, guesses }: Draw): Answer {
  const { pending } = held(world, userId);
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
    const { input, credential } = answerOf(draw);
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
  stepUp: (draw) => {
    const { input, credential } = answerOf(draw);
    return { userId: draw.userId, credential, run: (mfa, request) => mfa.stepUp(draw.userId, input, request) };
  },
  setup: (draw) => {
    const { world, chance, userId } = draw;
    const kind = chance.below(10);
    const token = draw.token ?? (kind < 2 ? tokenOf(draw, 'enroll') : null);
    const user = token?.userId ?? userId;
    const learn = (shown: SetupResult): void => {
      world.devices.push(scan(user, shown.factorId, shown.uri));
      for (const code of shown.backupCodes) world.codes.push({ userId: user, code, origin: shown.factorId });
    };
    if (token !== null)
      return { userId: user, token, learn, run: (mfa, request) => mfa.setup({ token: token.text }, ACCOUNT, request) };
    const { active } = held(world, userId);
    if (active.length > 0 && chance.percent(85)) {
      const { proof, ...presented } = proofOf(draw);
      return {
        userId,
        ...presented,
        learn,
        run: (mfa, request) => mfa.setup({ userId }, { ...ACCOUNT, proof }, request),
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
        run: (mfa, request) => mfa.setup({ userId }, { ...ACCOUNT, proof, signedInAt }, request),
      };
    }
    return { userId, learn, run: (mfa, request) => mfa.setup({ userId }, ACCOUNT, request) };
  },
  confirm: (draw) => {
    const token = draw.token ?? (draw.chance.percent(25) ? tokenOf(draw, 'enroll') : null);
    const userId = token?.userId ?? draw.userId;
    const { input, credential } = firstCode({ ...draw, userId });
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
    const { active } = held(world, userId);
    const factorId = active.length === 0 ? 'none' : chance.pick(active).factorId;
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
