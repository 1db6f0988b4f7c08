/** Public names of @mfakit/express. */
export { mfaRouter } from './mfa-router.ts';
export { requireMfa } from './require-mfa.ts';
export type { ExpressContext } from './context.ts';
export type { BindingOptions, FactorsChange, GuardOptions, Host, Sentence, SessionUser } from '@mfakit/http';
