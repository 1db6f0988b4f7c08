/** Table: the contract as data. Dispatcher, OpenAPI document and tests all read it. */
import type { MfaErrorCode } from '@mfakit/core';
import type * as z from 'zod';
import { PATHS, type RoutePath } from './paths.ts';
import * as replies from './reply-schemas.ts';
import * as schemas from './schemas.ts';
import type { Contract, RouteName } from './wire.ts';

/** Who may call a route: a signed-in user, or the holder of a challenge token. */
export type RouteCaller = 'session' | 'token';

/** One row of the contract. */
export interface Route<Name extends RouteName = RouteName> extends RoutePath {
  readonly summary: string;
  readonly who: RouteCaller;
  /** Where the input is: `null` for none. */
  readonly inputFrom: 'body' | 'query' | null;
  readonly input: z.ZodType<Contract[Name]['input']> | null;
  /** `null`: 204 without a body. */
  readonly reply: z.ZodType<Contract[Name]['reply']> | null;
  /** Refusals of the core that this route can give, beside those that every route can. */
  readonly refusals: readonly MfaErrorCode[];
  /** Refusals that have another status here than elsewhere. */
  readonly statuses: Readonly<Partial<Record<MfaErrorCode, number>>>;
}

/** Refusals of an attempt with a second factor. */
const FACTOR = [
  'invalid_code',
  'code_already_used',
  'invalid_backup_code',
  'locked',
  'secret_unreadable',
  'busy',
] as const;
/** Refusals of a proof. */
const PROOF = [...FACTOR, 'invalid_password', 'proof_required', 'contention'] as const;

/** Every route. */
export const ROUTES: { readonly [Name in RouteName]: Route<Name> } = {
  setup: {
    ...PATHS.setup,
    summary: 'Stage a factor: the first one, or with a proof a further one',
    who: 'session',
    inputFrom: 'body',
    input: schemas.setupBody,
    reply: replies.setupReply,
    refusals: ['already_enabled', 'too_many_factors', ...PROOF],
    statuses: {},
  },
  confirm: {
    ...PATHS.confirm,
    summary: 'Activate the staged factor by its first code',
    who: 'session',
    inputFrom: 'body',
    input: schemas.confirmBody,
    reply: replies.confirmReply,
    refusals: [
      'setup_not_started',
      'already_enabled',
      'invalid_code',
      'setup_expired',
      'secret_unreadable',
      'contention',
    ],
    // The code completes a form here; it is no failed authentication.
    statuses: { invalid_code: 400 },
  },
  verify: {
    ...PATHS.verify,
    summary: 'Complete a sign-in with a code or a backup code',
    who: 'token',
    inputFrom: 'body',
    input: schemas.verifyBody,
    reply: replies.authenticatedReply,
    refusals: ['not_enabled', 'contention', ...FACTOR],
    statuses: {},
  },
  disable: {
    ...PATHS.disable,
    summary: 'Remove every factor and backup code',
    who: 'session',
    inputFrom: 'body',
    input: schemas.proofBody,
    reply: replies.disableReply,
    refusals: ['not_enabled', 'required_by_policy', ...PROOF],
    statuses: {},
  },
  regenerate: {
    ...PATHS.regenerate,
    summary: 'Replace the backup codes',
    who: 'session',
    inputFrom: 'body',
    input: schemas.proofBody,
    reply: replies.regenerateReply,
    refusals: ['not_enabled', ...PROOF],
    statuses: {},
  },
  status: {
    ...PATHS.status,
    summary: 'What protects the signed-in user',
    who: 'session',
    inputFrom: null,
    input: null,
    reply: replies.statusReply,
    refusals: [],
    statuses: {},
  },
  enforceSetup: {
    ...PATHS.enforceSetup,
    summary: 'Stage the first factor of a user who must enrol to sign in',
    who: 'token',
    inputFrom: 'body',
    input: schemas.enforceSetupBody,
    reply: replies.setupReply,
    refusals: ['enforcement_not_pending', 'already_enabled', 'locked', 'busy', 'contention'],
    statuses: {},
  },
  enforceConfirm: {
    ...PATHS.enforceConfirm,
    summary: 'Activate that factor and complete the sign-in',
    who: 'token',
    inputFrom: 'body',
    input: schemas.enforceConfirmBody,
    reply: replies.authenticatedReply,
    refusals: [
      'enforcement_not_pending',
      'setup_not_started',
      'already_enabled',
      'invalid_code',
      'setup_expired',
      'locked',
      'secret_unreadable',
      'contention',
    ],
    statuses: { invalid_code: 400 },
  },
  removeFactor: {
    ...PATHS.removeFactor,
    summary: 'Remove one factor',
    who: 'session',
    inputFrom: 'body',
    input: schemas.proofBody,
    reply: null,
    refusals: ['factor_not_found', 'required_by_policy', ...PROOF],
    statuses: {},
  },
  stepUp: {
    ...PATHS.stepUp,
    summary: 'Give fresh proof before something sensitive',
    who: 'session',
    inputFrom: 'body',
    input: schemas.stepUpBody,
    reply: replies.stepUpReply,
    refusals: ['not_enabled', 'contention', ...FACTOR],
    statuses: {},
  },
  history: {
    ...PATHS.history,
    summary: 'The security events of the signed-in user',
    who: 'session',
    inputFrom: 'query',
    input: schemas.historyQuery,
    reply: replies.historyReply,
    refusals: [],
    statuses: {},
  },
};
