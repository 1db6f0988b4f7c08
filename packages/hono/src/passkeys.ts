/** Public names of @mfakit/hono/passkeys. */
export { passkeyRoutes } from '@mfakit/http/passkeys';
