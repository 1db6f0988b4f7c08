/** startXServer: a screen that nobody sees, for a browser that has to have one. */
import { on, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startGuarded } from './guarded-process.ts';

/** A running screen. */
export interface XServer {
  /** For the environment of programs: `DISPLAY`. */
  readonly display: string;
  end(): Promise<void>;
}

/** Large enough for every window, because what lies outside is not drawn. */
const SIZE = '2600x4000x24';

/** Starts Xvfb on a display that is free. */
export async function startXServer(folder: string): Promise<XServer> {
  const flags = ['-displayfd', '3', '-screen', '0', SIZE, '-nolisten', 'tcp', '-noreset'];
  // By SIGTERM it removes its socket and its lock file.
  const server = startGuarded('Xvfb', flags, {
    folder,
    signal: 'SIGTERM',
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const told = server.child.stdio[3];
  if (!told) throw new Error('Xvfb has no pipe.');
  const ready = once(told, 'data') as Promise<[Buffer]>;
  const [number] = await Promise.race([
    ready,
    once(server.child, 'exit').then(() => Promise.reject(new Error('Xvfb did not start.'))),
  ]);
  const display = number.toString().trim();
  const pointer = await movePointer(display);
  return {
    display: `:${display}`,
    async end() {
      pointer();
      await server.end();
    },
  };
}

/**
 * Moves the pointer into the corner where the windows are, since without a window manager the window under the pointer
 * has the focus.
 * @returns what ends the connection
 */
async function movePointer(display: string): Promise<() => void> {
  const socket = connect(`/tmp/.X11-unix/X${display}`);
  // Little-endian, protocol 11.0, no authorization.
  socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  const setup = await readSetup(socket);
  if (setup[0] !== 1) throw new Error('The X server refuses a connection.');
  // After the fixed part: the vendor's name, padded to four bytes, and eight bytes for each format; then the screen.
  const vendorBytes = Math.ceil(setup.readUInt16LE(24) / 4) * 4;
  const root = setup.readUInt32LE(40 + vendorBytes + 8 * setup.readUInt8(29));
  const warpPointer = Buffer.alloc(24);
  warpPointer[0] = 41;
  warpPointer.writeUInt16LE(6, 2);
  warpPointer.writeUInt32LE(root, 8);
  warpPointer.writeInt16LE(10, 20);
  warpPointer.writeInt16LE(10, 22);
  socket.write(warpPointer);
  return () => socket.destroy();
}

/** Reads the answer to the first message: eight bytes, which tell in units of four how many more there are. */
async function readSetup(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  for await (const [chunk] of on(socket, 'data', { close: ['close'] }) as AsyncIterable<[Buffer]>) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 8 && received.length >= 8 + 4 * received.readUInt16LE(6)) return received;
  }
  throw new Error('The X server closes the connection.');
}
