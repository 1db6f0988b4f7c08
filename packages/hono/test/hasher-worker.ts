/** Hasher worker: answers with what the probe finds, as a module worker. */
import { probeHasher } from './hasher-probe.ts';

// A worker's module must have its handler as the default export.
// oxlint-disable-next-line import/no-default-export
export default { fetch: async (): Promise<Response> => Response.json(await probeHasher()) };
