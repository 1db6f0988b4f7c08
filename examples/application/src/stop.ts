/** Stopping: a server that is asked to end answers what it has begun, and exits 0. */
import type { Server } from 'node:http';

/** Longer than any answer takes. */
const PATIENCE_MS = 10_000;
/** How often to look for connections that have become idle. */
const SWEEP_MS = 20;

/** Closes a server: no new connections, answers to all requests in flight. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const giveUp = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(giveUp);
}

/** On SIGTERM, or Ctrl+C, calls `stop` once and exits: 0, or 1 if it fails. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end).on('SIGINT', end);
}
