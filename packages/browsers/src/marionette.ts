/** connectMarionette: a client of Firefox's remote protocol, which is JSON with its length before it, over TCP. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection. */
export interface Marionette {
  /** Sends a command, such as `WebDriver:Navigate`. */
  readonly send: (command: string, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  close(): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Answer = readonly [
  type: 1,
  id: number,
  error: { readonly error: string; readonly message: string } | null,
  result: unknown,
];

/** Connects, and waits for the greeting. */
export async function connectMarionette(port: number): Promise<Marionette> {
  const socket = connect(port, '127.0.0.1');
  const waiting = new Map<number, Waiting>();
  let received = Buffer.alloc(0);
  let lastId = 0;

  const greeted = once(socket, 'data');
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const colon = received.indexOf(':');
      const end = colon + 1 + Number(received.subarray(0, colon).toString());
      if (colon === -1 || received.length < end) return;
      const message: unknown = JSON.parse(received.subarray(colon + 1, end).toString());
      received = received.subarray(end);
      if (Array.isArray(message)) settle(message as unknown as Answer);
    }
  });
  const fail = (): void => {
    for (const waiter of waiting.values()) waiter.reject(new Error('Firefox has ended.'));
    waiting.clear();
  };
  socket.on('close', fail);
  socket.on('error', fail);

  function settle([, id, error, result]: Answer): void {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === null) waiter?.resolve(result);
    else waiter?.reject(new Error(`${error.error}: ${error.message}`));
  }

  await greeted;
  return {
    send: (command, parameters = {}) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        const text = JSON.stringify([0, lastId, command, parameters]);
        socket.write(`${Buffer.byteLength(text)}:${text}`);
      }),
    close: () => socket.destroy(),
  };
}
