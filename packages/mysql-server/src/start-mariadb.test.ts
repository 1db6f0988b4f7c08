import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { mariadbFolder } from './programs.ts';
import { startMariadb } from './start-mariadb.ts';

/** Whether anything listens there. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe.skipIf(mariadbFolder() === null)('startMariadb', { timeout: 120_000 }, () => {
  test('three servers start at once, and one comes back after a kill', async () => {
    const servers = await Promise.all([startMariadb(), startMariadb(), startMariadb()]);
    const [server] = servers;
    expect(await listens(server.port)).toBe(true);
    await server.kill();
    expect(await listens(server.port)).toBe(false);
    await server.restart();
    expect(await listens(server.port)).toBe(true);
    await Promise.all(servers.map((each) => each.stop()));
    expect(await listens(server.port)).toBe(false);
  });

  test('the output tells why a server does not start', async () => {
    await expect(startMariadb({ settings: { 'no-such-setting': '1' } })).rejects.toThrow(/no-such-setting/);
  });
});
