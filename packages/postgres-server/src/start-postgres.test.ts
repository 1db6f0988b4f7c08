import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { guardAgainstOrphan } from './orphan-guard.ts';
import { startPostgres } from './start-postgres.ts';

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return outcome;
}

test('a server starts, is killed, starts again on its data, and leaves nothing behind', async () => {
  const server = await startPostgres();
  expect(await accepts(server.port)).toBe(true);
  await server.kill();
  expect(await accepts(server.port)).toBe(false);
  await server.restart();
  expect(await accepts(server.port)).toBe(true);
  await server.stop();
  expect(existsSync(server.dataDir)).toBe(false);
});

/** The processes of the server. Their working folder is its data folder. */
function processesOf(dataDir: string): readonly string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return readlinkSync(`/proc/${id}/cwd`) === dataDir;
    } catch {
      return false; // not a process, or one that has ended in the meantime
    }
  });
}

test.skipIf(process.platform !== 'linux')(
  'no process outlives kill() (read from /proc, so on Linux alone)',
  async () => {
    const server = await startPostgres();
    expect(processesOf(server.dataDir).length).toBeGreaterThan(3);
    await server.kill();
    expect(processesOf(server.dataDir)).toEqual([]);
    await server.stop();
  },
);

test('settings that the server refuses are told', async () => {
  await expect(startPostgres({ settings: { max_connections: 'many' } })).rejects.toThrow('max_connections');
});

test('a server whose owner dies is ended, and its data removed', async () => {
  const server = await startPostgres();
  // Another guard of the same server. Its input ends, as it does when the owner dies.
  guardAgainstOrphan(server.dataDir)();
  await vi.waitFor(
    async () => {
      expect(existsSync(server.dataDir)).toBe(false);
      expect(await accepts(server.port)).toBe(false);
    },
    { timeout: 10_000 },
  );
  await server.stop();
});
