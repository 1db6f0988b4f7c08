/** guardAgainstOrphan: ends a server whose owner has died, for whatever reason, and removes its data. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

/**
 * What the guard runs. It waits for the end of its input, which comes when the owner closes it or dies. While the
 * server runs, the file in its data folder contains its process id.
 */
const SCRIPT = `
const { readFileSync, rmSync } = require('node:fs');
const [dataDir, pidFile] = process.argv.slice(1);
process.stdin.resume().on('end', () => {
  try {
    process.kill(Number(readFileSync(dataDir + '/' + pidFile, 'utf8').split('\\n')[0]), 'SIGKILL');
  } catch {}
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
`;

/**
 * Starts a guard. It is a process of its own, because a killed test run can no longer run code.
 * @param pidFile - where the server in the data folder writes its process id
 * @returns a function that dismisses the guard, which then removes the data
 */
export function guardAgainstOrphan(dataDir: string, pidFile = 'postmaster.pid'): () => void {
  const guard = spawn(process.execPath, ['-e', SCRIPT, dataDir, pidFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: tmpdir(),
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  // Neither the guard nor its input keeps the owner alive.
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return () => {
    guard.stdin.end();
  };
}
