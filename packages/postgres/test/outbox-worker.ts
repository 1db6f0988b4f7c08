/** One of several processes that tell what is in an outbox, until they are killed: its mail server is an HTTP server. */
import { runOutbox } from '@mfakit/notify';
import { postgresStore } from '../src/index.ts';
import { openPool } from './database.ts';

const [url = '', schema = '', server = '', batch = ''] = process.argv.slice(2);
// An orphan must not stay behind.
process.on('disconnect', () => process.exit());

const { outbox } = postgresStore(openPool(url, { max: 2 }), { schema, outbox: { types: [] } });
const send = async (event: object): Promise<void> => {
  const { ok } = await fetch(server, { method: 'POST', body: JSON.stringify(event) });
  if (!ok) throw new Error('refused');
};
void runOutbox(outbox, send, { batch: Number(batch), leaseSeconds: 5, pollMs: 20 });
