/** The public names of @mfakit/diagnostics-channel. */
export { diagnosticsChannel } from './diagnostics-channel.ts';
export type { CallMessage, Channels, HashMessage, StoreMessage } from './diagnostics-channel.ts';
