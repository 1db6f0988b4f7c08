/** Proxy: a network between client and server that a test can break. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to the answer of a statement that the proxy was told to lose. */
type Loss =
  /** The connection breaks. */
  | 'cut'
  /** The answer never comes; the connection stays open. */
  | 'silence';

/** A proxy in front of a server. */
export interface Proxy {
  readonly port: number;
  /** Answers that were lost so far. */
  readonly lost: () => number;
  /**
   * Loses answers: of each execution whose values hold `text`, once the server has sent the answer, as long as `when`
   * says so. The statement itself arrives and is carried out.
   */
  loseAnswers(text: string, loss: Loss, when: () => boolean): void;
  /** Breaks every connection, and leads new ones to another port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

/** Opens a proxy on a free port of loopback. */
export async function openProxy(serverPort: number): Promise<Proxy> {
  let target = serverPort;
  let lost = 0;
  let rule: { readonly text: string; readonly loss: Loss; readonly when: () => boolean } | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    let losing: Loss | undefined;
    let silent = false;
    client.on('data', (chunk) => {
      if (losing === undefined && rule !== undefined && chunk.includes(rule.text) && rule.when()) losing = rule.loss;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (losing === undefined) {
        client.write(chunk);
        return;
      }
      // The server answers once the statement is committed.
      if (!silent) lost += 1;
      silent = true;
      if (losing === 'cut') client.destroy();
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

  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    lost: () => lost,
    loseAnswers(text, loss, when) {
      rule = { text, loss, when };
    },
    leadTo(port) {
      target = port;
      breakAll();
    },
    async close() {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
