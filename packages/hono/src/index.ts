/** Public names of @mfakit/hono. */
export { mfaRouter } from './mfa-router.ts';
export { requireMfa } from './require-mfa.ts';
export type { BindingOptions, FactorsChange, GuardOptions, Host, SessionUser } from '@mfakit/http';
