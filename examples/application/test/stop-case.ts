/** A case for each example: told to stop, it answers what it has begun, takes nothing new, and exits 0. */
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';

/** How to make the process. */
export interface StopCase {
  /** The example's own folder: its packages are found from there. */
  readonly folder: string;
  /** A module that starts the example, calls `stopOnSignal`, and prints its address in one line. */
  readonly program: string;
}

const BODY = JSON.stringify({ user_name: 'nobody', password: 'whatever it is' });

/** Sends half a request, then SIGTERM, then the other half. */
export async function expectOrderlyStop({ folder, program }: StopCase): Promise<void> {
  const cache = join(folder, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `stop-${process.pid}.mjs`);
  await bundle(program, join(folder, 'test'), file);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const exited = once(child, 'exit');
    const [url] = await once(createInterface(child.stdout), 'line');
    const { port, origin } = new URL(String(url));

    const socket = connect(Number(port), '127.0.0.1');
    const answered = readAll(socket);
    const head = ['POST /api/auth/login HTTP/1.1', `Host: localhost:${port}`, `Origin: ${origin}`];
    const fields = ['Content-Type: application/json', `Content-Length: ${BODY.length}`, '', ''];
    socket.write([...head, ...fields].join('\r\n') + BODY.slice(0, 10));
    // Answered after the half request was taken in: the process reads its connections in turn.
    expect((await fetch(`${origin}/`)).status).toBe(200);

    child.kill('SIGTERM');
    await untilRefused(Number(port));
    expect(child.exitCode).toBe(null);
    socket.write(BODY.slice(10));
    expect(await answered).toMatch(/^HTTP\/1\.1 401 .*Wrong user name or password/s);
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(file);
  }
}

/** Starts the example on a port that another program has: one sentence, and exit 1. `program` gets the port as PORT. */
export async function expectPortTaken({ folder, program }: StopCase): Promise<void> {
  const cache = join(folder, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const file = join(cache, `taken-${process.pid}.mjs`);
  await bundle(program, join(folder, 'test'), file);
  const other = createServer().listen(0, '127.0.0.1');
  try {
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PORT: String(port) },
    });
    const chunks: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    expect(await once(child, 'close')).toEqual([1, null]);
    const sentence = `Port ${port} is taken by another program: stop it, or set PORT to another one.\n`;
    expect(Buffer.concat(chunks).toString()).toBe(sentence);
  } finally {
    other.close();
    rmSync(file);
  }
}

/** One file from sources: tests need no build. */
async function bundle(contents: string, resolveDir: string, outfile: string): Promise<void> {
  await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@mfakit/source'],
    external: ['pg-native'],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    logLevel: 'error',
  });
}

async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** Resolves once the port takes no new connections. */
async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const refused = await Promise.race([
      once(socket, 'connect').then(() => false),
      once(socket, 'error').then(() => true),
    ]).catch(() => true);
    socket.destroy();
    if (refused) return;
  }
}
