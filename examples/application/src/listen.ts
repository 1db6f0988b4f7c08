/** Listening: a server takes a port of the loopback, or says in one sentence that it is taken. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * @param port - 0: any that is free
 * @returns the address of the server
 * @throws {PortTaken} if another program listens there
 */
export async function listenOn(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') throw new PortTaken(port);
    throw error;
  }
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Another program listens on the port. */
class PortTaken extends Error {
  override readonly name = 'PortTaken';

  constructor(port: number) {
    super(`Port ${port} is taken by another program: stop it, or set PORT to another one.`);
  }
}

/** For a main program: a port that is taken ends the process with that one sentence, and anything else as it is. */
export function exitIfTaken(error: unknown): never {
  if (!(error instanceof PortTaken)) throw error;
  console.error(error.message);
  process.exit(1);
}
