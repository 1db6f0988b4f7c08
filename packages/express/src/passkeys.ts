/** Public names of @mfakit/express/passkeys. */
export { passkeyRoutes } from '@mfakit/http/passkeys';
