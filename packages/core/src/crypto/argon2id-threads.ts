/** hash-wasm in worker threads, so that the event loop stays free. */
import type { Worker } from 'node:worker_threads';
import { wasmOptions, type WasmCall } from './argon2id-inline.ts';
import type { CodeHasher } from './code-hasher.ts';
import { PARTS } from './hash-wasm.ts';

/** Two keep the loop free and the queue moving. More take memory, and add throughput only if cores are idle. */
const MAX_THREADS = 2;

/** Text, not a file: it runs the same way from the sources, from the package and inside a bundle. */
const THREAD_SOURCE = `
const { parentPort, workerData: paths } = require('node:worker_threads');
parentPort.on('message', async ({ algorithm, options }) => {
  const hash = require(paths[algorithm])[algorithm];
  parentPort.postMessage(await hash({ ...options, outputType: 'binary' }));
});
`;

interface Task {
  readonly call: WasmCall;
  readonly resolve: (digest: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

let warned = false;

/** Once per process: every hash now holds the event loop for tens of milliseconds, which nobody would notice in a test. */
function warnInline(): void {
  if (warned) return;
  warned = true;
  const message =
    'mfakit hashes backup codes on the calling thread, which stalls the event loop: its threads find no package ' +
    'hash-wasm. If a bundler took it in, make hash-wasm external (esbuild: --external:hash-wasm; Next.js: ' +
    "serverExternalPackages: ['hash-wasm']) and install it beside the bundle, or use Node 24.7 or newer.";
  globalThis.process?.emitWarning?.(message, { type: 'MfakitWarning', code: 'MFAKIT_INLINE_HASHING' });
}

/** Argon2id in threads. @returns `null` as `hashThreads` */
export function threadHasher(): CodeHasher | null {
  const inThread = hashThreads();
  return inThread === null ? null : (job) => inThread({ algorithm: 'argon2id', options: wasmOptions(job) });
}

/** @returns `null` if there are no worker threads, or no file of hash-wasm that a thread could load: then it warns */
export function hashThreads(): ((call: WasmCall) => Promise<Uint8Array>) | null {
  const { process } = globalThis;
  const threads = process?.getBuiltinModule?.('node:worker_threads');
  const paths = pathsOfParts(process?.getBuiltinModule?.('node:module'));
  if (threads?.Worker === undefined) return null;
  if (paths === null) {
    warnInline();
    return null;
  }
  const { Worker: Thread } = threads;

  const waiting: Task[] = [];
  const idle: Worker[] = [];
  const running = new Map<Worker, Task>();

  function start(): Worker {
    const thread = new Thread(THREAD_SOURCE, { eval: true, workerData: paths });
    thread.on('message', (digest: Uint8Array) => {
      const task = running.get(thread);
      running.delete(thread);
      idle.push(thread);
      thread.unref(); // an idle thread must not keep the process alive
      task?.resolve(digest);
      runNext();
    });
    // A thread that dies fails its own job; the next job gets a new thread.
    const lose = (error: Error): void => {
      const task = running.get(thread);
      running.delete(thread);
      if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
      task?.reject(error);
      runNext();
    };
    thread.on('error', lose);
    thread.on('exit', () => lose(new Error('The hashing thread has ended.')));
    return thread;
  }

  function runNext(): void {
    const task = running.size < MAX_THREADS ? waiting.shift() : undefined;
    if (task === undefined) return;
    const thread = idle.pop() ?? start();
    running.set(thread, task);
    thread.ref();
    thread.postMessage(task.call);
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ call, resolve, reject });
      runNext();
    });
}

function pathsOfParts(module: typeof import('node:module') | undefined): Record<keyof typeof PARTS, string> | null {
  try {
    const require = module?.createRequire(import.meta.url);
    return require === undefined
      ? null
      : { argon2id: require.resolve(PARTS.argon2id), bcrypt: require.resolve(PARTS.bcrypt) };
  } catch {
    return null;
  }
}
