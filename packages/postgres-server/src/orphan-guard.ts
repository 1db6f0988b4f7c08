/** guardAgainstOrphan: ends a server whose owner has died, however it died, and removes its data. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

/**
 * What the guard runs: it waits for the end of its input, which comes when the owner ends it or dies. A server that
 * still runs has its process id in `postmaster.pid`.
 */
const SCRIPT = `
const { readFileSync, rmSync } = require('node:fs');
const [dataDir] = process.argv.slice(1);
process.stdin.resume().on('end', () => {
  try {
    process.kill(Number(readFileSync(dataDir + '/postmaster.pid', 'utf8').split('\\n')[0]), 'SIGKILL');
  } catch {}
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
`;

/**
 * Starts a guard, a process of its own: a test run that is killed runs no code any more.
 * @returns dismisses the guard, which then removes the data
 */
export function guardAgainstOrphan(dataDir: string): () => void {
  const guard = spawn(process.execPath, ['-e', SCRIPT, dataDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: tmpdir(),
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  // Neither keeps its owner alive.
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return () => {
    guard.stdin.end();
  };
}
