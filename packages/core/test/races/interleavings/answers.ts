/** Answers: what users and guessers present as a second factor. */
import type { FreshFactor } from '@mfakit/core';
import type { Credential, IssuedToken } from './journal.ts';
import { assertion, type ToyKey } from './toy-passkeys.ts';
import { held, type World } from './world.ts';
import type { Chance } from './chance.ts';

/** A second factor, and what it is worth. */
export interface Answer {
  readonly input: FreshFactor;
  readonly credential: Credential;
  /** The token that it signs, if it signs one, and whose key it is. */
  readonly token?: IssuedToken;
  readonly owner?: string;
}

/** A passkey's answer to a token. Sometimes a copy of the key gives it, which is behind. */
export function signed(key: ToyKey, token: IssuedToken, chance?: Chance): Answer {
  const { challenge = 'none' } = token;
  const behind = chance?.percent(15) === true ? 1 + chance.below(2) : 0;
  const credential = assertion(key, challenge, behind);
  const { count } = credential.response;
  return {
    input: { credential, token: token.text },
    credential: { kind: 'assertion', factorId: key.factorId, count, challenge },
    token,
    owner: key.userId,
  };
}

/** A token for fresh proof or for a sign-in alone, signed by a passkey of the user; `null` if there is no such one. */
export function signedAnswer(
  { world, userId, chance }: { readonly world: World; readonly userId: string; readonly chance: Chance },
  purpose: 'prove' | 'alone',
): Answer | null {
  const { passkeys } = held(world, userId);
  // Rarely one that was removed.
  const among = chance.percent(92) ? passkeys : world.passkeys.filter((key) => key.userId === userId);
  const tokens = world.tokens.filter(
    (issued) => issued.purpose === purpose && (issued.userId === '' || issued.userId === userId),
  );
  const token = tokens.at(-1 - (chance.percent(70) ? 0 : chance.below(4)));
  return token === undefined || among.length === 0 ? null : signed(chance.pick(among), token, chance);
}

const STEP_MS = 30_000;

/** A code that none of the apps shows anywhere near now, or a backup code that was never drawn. */
export function wrongAnswer({
  world,
  userId,
  chance,
}: {
  readonly world: World;
  readonly userId: string;
  readonly chance?: Chance;
}): Answer {
  if (chance?.percent(30) === true)
    return { input: { backupCode: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' }, credential: { kind: 'wrong' } };
  const current = Math.floor(world.now() / STEP_MS);
  const near = world.devices
    .filter((device) => device.userId === userId)
    .flatMap(({ phone }) => [-3, -2, -1, 0, 1, 2, 3].map((step) => phone.code((current + step) * STEP_MS)));
  let code = '00000000';
  for (let next = 1; near.includes(code); next += 1) code = String(next).padStart(8, '0');
  return { input: { code }, credential: { kind: 'wrong' } };
}

/** Mostly something that is right, or was right once. */
export function answer(draw: { readonly world: World; readonly userId: string; readonly chance: Chance }): Answer {
  const { world, userId, chance } = draw;
  const { active, codes } = held(world, userId);
  const proven = chance.percent(active.length === 0 ? 70 : 25) ? signedAnswer(draw, 'prove') : null;
  if (proven !== null) return proven;
  const kind = chance.below(100);
  if (kind < 25 && codes.length > 0) {
    // Of the last set mostly, spent or not.
    const shown = chance.percent(85) ? chance.pick(codes.slice(-10)) : chance.pick(codes);
    return {
      input: { backupCode: shown.code },
      credential: { kind: 'backup code', code: shown.code, origin: shown.origin },
    };
  }
  if (kind >= 88 || active.length === 0) return wrongAnswer(draw);
  const { phone, factorId } = chance.pick(active);
  const offset = chance.pick([0, 0, 0, 0, 0, 1, -1, -1]);
  const step = Math.floor(world.now() / STEP_MS) + offset;
  const code = phone.code(step * STEP_MS);
  if (kind < 80) return { input: { code }, credential: { kind: 'code', factorId, steps: [step], offset } };
  const first = phone.code((step - 1) * STEP_MS);
  return {
    input: { code: first, nextCode: code },
    credential: { kind: 'code', factorId, steps: [step - 1, step], offset },
  };
}
