/** listen: a server of node:http on a free port of the loopback, as the suite wants it served. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Served } from './http-api.ts';

/** @param hostError - what an error of the host becomes there */
export async function listen(server: Server, hostError: Served['hostError']): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/auth`,
    hostError,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
