/** Tokens: issues them, with what a page needs to ask for an answer, and opens them. */
import type { AnswerPrompts, TokenHolder } from './api.ts';
import {
  challengeOf,
  openChallenge,
  sealChallenge,
  type Challenge,
  type ChallengePurpose,
} from './crypto/challenge-token.ts';
import type { RandomSource } from './crypto/random.ts';
import type { Sealer } from './crypto/sealer.ts';
import type { Clock } from './decide.ts';
import { MfaError } from './errors.ts';
import type { FactorKind, Prompt } from './factors/factor-kind.ts';
import { parseToken } from './input.ts';
import type { MfaRecord } from './record/record.ts';

/** What tokens are made with. */
export interface TokenDependencies {
  readonly sealer: Sealer;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly kinds: readonly FactorKind[];
  /** How long one that is to be answered lives. */
  readonly ttlSeconds: number;
}

/** A token on its way to a user. */
type IssuedToken = Pick<AnswerPrompts, 'token' | 'expiresAt'>;

/** The tokens of one application. */
export interface Tokens {
  /** A token to enroll with, issued at `now` (epoch milliseconds). */
  enroll(userId: string, record: MfaRecord, now: number, ttlSeconds: number): IssuedToken;
  /** A token to answer to with any factor that the user has, issued at `now` (epoch milliseconds). */
  ask(purpose: 'verify' | 'prove', userId: string, record: MfaRecord, now: number): AnswerPrompts;
  /** A token for somebody of whom nothing is known yet, with what its answer signs. */
  askAnyone(): IssuedToken & { readonly prompt: Prompt };
  /** @throws {MfaError} `invalid_token` if it was not sealed here for this purpose. The caller checks the expiry. */
  readonly open: (purpose: ChallengePurpose, token: unknown) => Challenge;
  /** The token as it travels. @throws {MfaError} `invalid_input` */
  textOf(token: unknown): string;
  /** Opens a token of either kind that a sign-in gives. @throws {MfaError} `invalid_token`, if it has expired too */
  holder(token: unknown): TokenHolder;
}

/** Makes them. */
export function createTokens({ sealer, random, clock, kinds, ttlSeconds }: TokenDependencies): Tokens {
  /** Tokens that `holder` has opened, by the answer that it gave. */
  const opened = new WeakMap<TokenHolder, Challenge>();

  const issue = (of: Pick<Challenge, 'purpose' | 'userId' | 'epoch'>, now: number, seconds: number): IssuedToken => {
    const expiresAt = now + seconds * 1000;
    return { token: sealChallenge({ ...of, expiresAt }, sealer, random), expiresAt: new Date(expiresAt) };
  };
  const promptOf = ({ token }: IssuedToken): Prompt => ({
    challenge: challengeOf(token),
    timeoutMs: ttlSeconds * 1000,
  });

  return {
    enroll: (userId, { epoch }, now, seconds) => issue({ purpose: 'enroll', userId, epoch }, now, seconds),

    ask(purpose, userId, record, now) {
      const issued = issue({ purpose, userId, epoch: record.epoch }, now, ttlSeconds);
      const held = kinds.filter((kind) => kind.isHeld(record, now));
      const prompts = held.flatMap((kind): [string, object][] => {
        const asked = kind.ask?.(record, promptOf(issued));
        return asked === undefined ? [] : [[kind.method, asked]];
      });
      const methods = held.map(({ method }) => method);
      return { ...issued, methods, ...(prompts.length > 0 && { prompts: Object.fromEntries(prompts) }) };
    },

    askAnyone() {
      const issued = issue({ purpose: 'alone', userId: '', epoch: 0 }, clock(), ttlSeconds);
      return { ...issued, prompt: promptOf(issued) };
    },

    open(purpose, token) {
      const challenge = opened.get(token as TokenHolder) ?? openChallenge(purpose, parseToken(token), sealer);
      if (challenge?.purpose !== purpose) throw new MfaError('invalid_token');
      return challenge;
    },

    textOf: (token) => (opened.has(token as TokenHolder) ? (token as TokenHolder).token : parseToken(token)),

    holder(token) {
      const text = parseToken(token);
      const challenge = openChallenge('verify', text, sealer) ?? openChallenge('enroll', text, sealer);
      if (challenge === null || clock() >= challenge.expiresAt) throw new MfaError('invalid_token');
      const holder: TokenHolder = { userId: challenge.userId, token: text };
      opened.set(holder, challenge);
      return holder;
    },
  };
}
