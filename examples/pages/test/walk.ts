/** walkPages: the whole walk through the pages, against whichever example shows them. */
import { afterAll, beforeAll, describe } from 'vitest';
import { setStage, type Stage, type StartExample } from './example.ts';
import { accessWalks } from './walks/access.ts';
import { administrationWalks } from './walks/administration.ts';
import { demoWalks } from './walks/demo.ts';
import { deviceWalks } from './walks/devices.ts';
import { forcedSetupWalks } from './walks/forced-setup.ts';
import { passkeyWalks } from './walks/passkeys.ts';
import { passwordWalks } from './walks/password.ts';
import { policyWalks } from './walks/policy.ts';
import { sessionWalks } from './walks/sessions.ts';
import { setupWalks } from './walks/setup.ts';
import { signInWalks } from './walks/sign-in.ts';
import { steadyWalks } from './walks/steady.ts';
import { stepUpWalks } from './walks/step-up.ts';
import { tourWalks } from './walks/tour.ts';

/** Walks that the second example takes. The pages are the same: the first one takes the others. */
const SECOND: readonly string[] = ['the fates of a setup', 'a setup at the sign-in', 'sessions'];

/** Walks that take long and go over what the others have seen; `MFAKIT_TEST_LONG=1` takes them. */
const LONG: readonly string[] = ['policy and support', 'access for all', 'a tour'];

/**
 * Registers walks as tests.
 * @param example - which part it takes; where `MFAKIT_TEST_LONG=1`, each takes all of them
 */
export function walkPages(start: StartExample, example: 'first' | 'second'): void {
  let stage: Stage | undefined;
  beforeAll(async () => {
    stage = await setStage(start);
  }, 60_000);
  afterAll(() => stage?.end());

  const current = (): Stage => {
    if (stage === undefined) throw new Error('The stage is not set.');
    return stage;
  };
  const walks: Readonly<Record<string, (stage: () => Stage) => void>> = {
    'signing in': signInWalks,
    'the fates of a setup': setupWalks,
    'a setup at the sign-in': forcedSetupWalks,
    'devices and backup codes': deviceWalks,
    'policy and support': policyWalks,
    administration: administrationWalks,
    'step-up': stepUpWalks,
    'reloads and lost connections': steadyWalks,
    passwords: passwordWalks,
    'passkeys and trusted browsers': passkeyWalks,
    sessions: sessionWalks,
    'access for all': accessWalks,
    'the demo': demoWalks,
    'a tour': tourWalks,
  };
  const takesAll = process.env['MFAKIT_TEST_LONG'] === '1';
  const mine = (name: string): boolean =>
    takesAll || (!LONG.includes(name) && SECOND.includes(name) === (example === 'second'));
  describe.each(Object.entries(walks).filter(([name]) => mine(name)))('%s', (_name, walk) => {
    walk(current);
  });
}
