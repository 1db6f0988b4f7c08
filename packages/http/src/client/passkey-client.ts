/** createPasskeyClient: the client of the contract, with the routes for passkeys. */
import { callsOf, type CallsOf, type Client, type ClientOptions } from '../client.ts';
import { PASSKEY_PATHS } from '../passkeys/paths.ts';
import type { PasskeyContract } from '../passkeys/wire.ts';
import { PATHS } from '../paths.ts';

/** One method per route, those for passkeys among them. */
export type PasskeyClient = Client & CallsOf<typeof PASSKEY_PATHS, PasskeyContract>;

/**
 * As `createClient`, with the routes for passkeys.
 * @example
 * ```ts
 * const client = createPasskeyClient({ baseUrl: '/api/auth' });
 * const setup = await client.webauthnSetup();
 * await client.webauthnConfirm({ credential: await createPasskey(setup.creation_options) });
 * ```
 */
export function createPasskeyClient(options: ClientOptions): PasskeyClient {
  return callsOf({ ...PATHS, ...PASSKEY_PATHS }, options) as PasskeyClient;
}
