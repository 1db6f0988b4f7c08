/** Abilities: what each candidate does beside the timed work, so that nobody reads a ratio without it. */
import type { Table } from '../bench.ts';

interface Abilities {
  readonly replay: string;
  readonly lockout: string;
  readonly atRest: string;
  readonly candidates: string;
}

const LEFT_TO_THE_CALLER = 'left to the caller';

/** Taken from the source of the pinned versions. */
const ABILITIES: Readonly<Record<string, Abilities>> = {
  mfakit: {
    replay: 'refused, under any parallelism: the step is swapped in with the answer',
    lockout: 'exactly 10 revealed refusals per account, then 30 min, doubling',
    atRest: 'XChaCha20-Poly1305, bound to user and factor; keys rotate',
    candidates: 'all computed and compared',
  },
  'better-auth': {
    replay: 'accepted again while the window lasts',
    lockout: '10 per account, read before and counted after the check; 5 per challenge',
    atRest: 'XChaCha20-Poly1305, not bound to the user; keys rotate',
    candidates: 'all computed and compared (async WebCrypto)',
  },
  otplib: {
    replay: 'gives the step and takes `afterTimeStep`; storing it safely is left to the caller',
    lockout: LEFT_TO_THE_CALLER,
    atRest: LEFT_TO_THE_CALLER,
    candidates: 'stops at a match',
  },
  otpauth: {
    replay: 'gives the step that matched; the rest is left to the caller',
    lockout: LEFT_TO_THE_CALLER,
    atRest: LEFT_TO_THE_CALLER,
    candidates: 'stops at a match',
  },
  '@oslojs/otp': {
    replay: LEFT_TO_THE_CALLER,
    lockout: LEFT_TO_THE_CALLER,
    atRest: LEFT_TO_THE_CALLER,
    candidates: 'stops at a match',
  },
  speakeasy: {
    replay: 'gives the step that matched; the rest is left to the caller',
    lockout: LEFT_TO_THE_CALLER,
    atRest: LEFT_TO_THE_CALLER,
    candidates: 'stops at a match',
  },
};

/** @param names - candidates, including mfakit */
export function abilityTable(names: readonly string[]): Table {
  return {
    head: ['', 'a code used twice', 'guessing', 'secret at rest', 'candidates of the window'],
    rows: names.map((name) => {
      const { replay, lockout, atRest, candidates } = ABILITIES[name] ?? {};
      return [name, replay ?? '', lockout ?? '', atRest ?? '', candidates ?? ''];
    }),
  };
}
