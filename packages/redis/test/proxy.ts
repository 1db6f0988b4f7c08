/** Proxy: a network between client and server that a test can break. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy in front of a server. */
export interface Proxy {
  readonly url: string;
  /** Answers that were lost so far. */
  readonly lost: () => number;
  /**
   * Loses answers: of each command that contains `text`, once the server has sent the answer, as long as `when` says so.
   * The connection breaks, but the command has arrived and was carried out.
   */
  loseAnswers(text: string, when: () => boolean): void;
  close(): Promise<void>;
}

/** Opens a proxy on a free port of loopback. */
export async function openProxy(serverPort: number): Promise<Proxy> {
  let lost = 0;
  let rule: { readonly text: string; readonly when: () => boolean } | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let losing = false;
    client.on('data', (chunk) => {
      if (!losing && rule !== undefined && chunk.includes(rule.text) && rule.when()) losing = true;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      // A server that does not have the script has carried out nothing yet.
      if (!losing || chunk.includes('NOSCRIPT')) return void client.write(chunk);
      lost += 1;
      client.destroy();
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    lost: () => lost,
    loseAnswers(text, when) {
      rule = { text, when };
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
