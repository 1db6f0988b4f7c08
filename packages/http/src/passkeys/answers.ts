/** Answers: a passkey in place of a code, and how it can be refused. */
import type { MfaErrorCode } from '@mfakit/core';
import { mfaToken } from '../fields.ts';
import { CODES, type Answers } from '../second-factor.ts';
import { assertion } from './credential.ts';

/** In a body that has a token anyway. */
export const WITH_CREDENTIAL: Answers = {
  ...CODES,
  fields: { ...CODES.fields, credential: assertion.optional() },
  oneOf: { ...CODES.oneOf, credential: { type: 'object' } },
};

const challengeToken = mfaToken.meta({ description: 'From `/mfa/challenge`: the token that `credential` signs.' });

/** In a body of a signed-in user: the credential brings the token that it signs. */
export const WITH_SIGNED_TOKEN: Answers = {
  ...WITH_CREDENTIAL,
  fields: { ...WITH_CREDENTIAL.fields, mfa_token: challengeToken.optional() },
  beside: { ...CODES.beside, credential: 'mfa_token', mfa_token: 'credential' },
};

/** How an answer of a passkey can be refused. */
export const ASSERTION_REFUSALS: readonly MfaErrorCode[] = [
  'invalid_assertion',
  'unknown_credential',
  'counter_regressed',
  'backup_eligibility_changed',
];

/** The same if it brings its token. */
export const SIGNED_TOKEN_REFUSALS: readonly MfaErrorCode[] = [...ASSERTION_REFUSALS, 'invalid_token', 'token_used'];
