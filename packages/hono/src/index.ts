/** Public names of @mfakit/hono. */
export { mfaRouter } from './mfa-router.ts';
export { requireMfa } from './require-mfa.ts';
export type { BindingOptions, FactorsChange, GuardOptions, Host, Sentence, SessionUser } from '@mfakit/http';
