/** freePort: finds a loopback port that nothing listens on. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Asks the system for a port. Another program may take the port before the caller does. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
