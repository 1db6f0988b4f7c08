/** Table: the routes for passkeys, and the routes of the contract that take a passkey in place of a code. */
import type { MfaErrorCode } from '@mfakit/core';
import type { Route } from '../route.ts';
import { setupWith } from '../routes/setup.ts';
import { verifyWith } from '../routes/verify.ts';
import { proofWith, withFactor } from '../second-factor.ts';
import { ROUTES } from '../table.ts';
import { ASSERTION_REFUSALS, SIGNED_TOKEN_REFUSALS, WITH_CREDENTIAL, WITH_SIGNED_TOKEN } from './answers.ts';
import { PASSKEY_PATHS, type PasskeyRouteName } from './paths.ts';
import * as routes from './route-list.ts';

/** The routes that only an application with passkeys has. */
export type PasskeyTable = { readonly [Name in PasskeyRouteName]: (typeof routes)[Name] };

/** The routes of the contract that ask for a second factor. */
type FactorRouteName = 'verify' | 'stepUp' | 'setup' | 'disable' | 'regenerate' | 'removeFactor';

/** The route with another input, which it can refuse for more reasons. */
function taking<Taken extends Route>(route: Taken, input: Taken['input'], refusals: readonly MfaErrorCode[]): Taken {
  return { ...route, input, refusals: [...route.refusals, ...refusals] };
}

const proof = proofWith(WITH_SIGNED_TOKEN);

const retaken: Pick<typeof ROUTES, FactorRouteName> = {
  verify: taking(ROUTES.verify, verifyWith(WITH_CREDENTIAL), ASSERTION_REFUSALS),
  stepUp: taking(ROUTES.stepUp, withFactor({}, WITH_SIGNED_TOKEN), SIGNED_TOKEN_REFUSALS),
  setup: taking(ROUTES.setup, setupWith(WITH_SIGNED_TOKEN), SIGNED_TOKEN_REFUSALS),
  disable: taking(ROUTES.disable, proof, SIGNED_TOKEN_REFUSALS),
  regenerate: taking(ROUTES.regenerate, proof, SIGNED_TOKEN_REFUSALS),
  removeFactor: taking(ROUTES.removeFactor, proof, SIGNED_TOKEN_REFUSALS),
};

/**
 * The routes for passkeys, for the option `routes` of a binding and of `openapi`. With them, every route that asks for a
 * second factor takes a passkey, too. An application that does not import this carries none of it.
 * @example
 * ```ts
 * app.use('/api/auth', mfaRouter(mfa, host, { routes: passkeyRoutes }));
 * ```
 */
export const passkeyRoutes: PasskeyTable & Pick<typeof ROUTES, FactorRouteName> = {
  ...PASSKEY_PATHS,
  ...routes,
  ...retaken,
};
