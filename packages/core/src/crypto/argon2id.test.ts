import { argon2id } from '@noble/hashes/argon2.js';
import { EventEmitter } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseHasher, defaultHasher } from './argon2id.ts';
import { ARGON2ID, type Argon2idJob, type CodeHasher } from './code-hasher.ts';
import { inlineHasher } from './argon2id-inline.ts';
import { createHashQueue } from './hash-queue.ts';
import { nodeHasher } from './argon2id-node.ts';
import { threadHasher } from './argon2id-threads.ts';

const job: Argon2idJob = {
  ...ARGON2ID,
  message: new TextEncoder().encode('0123456789ABCDEF'),
  salt: new Uint8Array(16).fill(7),
};
/** A cheaper job, for tests in which only the plumbing matters. */
const small: Argon2idJob = { ...job, memoryKiB: 64 };
/** hash-wasm refuses a salt shorter than 8 bytes, which kills its thread. */
const fatal: Argon2idJob = { ...job, salt: new Uint8Array(1) };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
/** Bun and Deno run this suite too and report a Node version. Tests in hono/test check which hasher they have. */
const isNode = !('bun' in process.versions || 'deno' in process.versions);
const hasNative = isNode && (major > 24 || (major === 24 && minor >= 7));

test.runIf(isNode)(
  `R-45 Node ${process.versions.node} hashes by ${hasNative ? 'node:crypto' : 'worker threads'}`,
  () => {
    expect(chooseHasher().name).toBe(hasNative ? 'node:crypto' : 'worker threads');
    expect(nodeHasher() !== null).toBe(hasNative);
  },
);

function native(): readonly CodeHasher[] {
  const hasher = nodeHasher();
  if (hasNative && hasher === null) throw new Error('this release of Node should have crypto.argon2');
  return hasher === null ? [] : [hasher];
}

function threads(): CodeHasher {
  const hasher = threadHasher();
  if (hasher === null) throw new Error('this runtime has no worker threads');
  return hasher;
}

test('R-45 every hasher gives the digest of an independent implementation', async () => {
  const { message, salt, memoryKiB: m, passes: t, parallelism: p, digestBytes: dkLen } = job;
  const expected = argon2id(message, salt, { m, t, p, dkLen });
  const hashers = [threads(), inlineHasher, defaultHasher(), ...native()];
  expect(await Promise.all(hashers.map((hasher) => hasher(job)))).toEqual(hashers.map(() => expected));
});

test('jobs beyond the threads wait, and each gets its own digest', async () => {
  const hasher = threads();
  const jobs = Array.from({ length: 20 }, (_, i) => ({ ...small, salt: new Uint8Array(16).fill(i) }));
  const digests = await Promise.all(jobs.map((each) => hasher(each)));
  expect(digests).toEqual(await Promise.all(jobs.map(inlineHasher)));
});

test('a thread that dies fails its own job as busy; the next jobs get new threads', async () => {
  const queue = createHashQueue(threads());
  const hash = async (each: Argon2idJob, i: number): Promise<Uint8Array | undefined> => {
    const lease = queue.reserve(`user-${i}`, 1);
    return lease.hash([each]).then(([digest]) => digest);
  };
  const outcomes = await Promise.allSettled([fatal, small, fatal, small, fatal, small].map(hash));
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'digest' : outcome.reason.code))).toEqual([
    'busy',
    'digest',
    'busy',
    'digest',
    'busy',
    'digest',
  ]);
  expect(await hash(small, 6)).toHaveLength(32);
});

/** Puts a module in place of one that the runtime has. */
function replaceBuiltin(name: string, module: object): void {
  const real = process.getBuiltinModule.bind(process);
  vi.spyOn(process, 'getBuiltinModule').mockImplementation((id: string) => (id === name ? module : real(id)));
}

// What a runtime offers is replaced by way of Node's own function.
describe.runIf(isNode)('beside a runtime of a test', () => {
  afterEach(() => vi.restoreAllMocks());

  test('what node:crypto answers with an error is refused with it', async () => {
    const error = new Error('no memory');
    replaceBuiltin('node:crypto', {
      argon2: (_algorithm: string, _parameters: object, done: (error: Error) => void) => done(error),
    });
    await expect(nodeHasher()?.(small)).rejects.toBe(error);
  });

  /** A thread that answers at once, and tells whether it would keep the process alive. */
  class FakeThread extends EventEmitter {
    static readonly started: FakeThread[] = [];
    keepsAlive = true;
    constructor() {
      super();
      FakeThread.started.push(this);
    }
    ref(): void {
      this.keepsAlive = true;
    }
    unref(): void {
      this.keepsAlive = false;
    }
    postMessage(): void {
      expect(this.keepsAlive).toBe(true);
      queueMicrotask(() => this.emit('message', new Uint8Array(32)));
    }
  }

  test('an idle thread keeps no process alive, and one that ends takes no other with it', async () => {
    replaceBuiltin('node:worker_threads', { Worker: FakeThread });
    const hasher = threads();
    await Promise.all([hasher(small), hasher(small)]);
    const { started } = FakeThread;
    expect(started.map(({ keepsAlive }) => keepsAlive)).toEqual([false, false]);
    started[0]?.emit('exit', 1);
    await hasher(small);
    expect(started).toHaveLength(2);
    await Promise.all([hasher(small), hasher(small)]);
    expect(started).toHaveLength(3);
  });

  test('where no thread finds hash-wasm, a warning says so once', async () => {
    vi.resetModules();
    const { threadHasher: fresh } = await import('./argon2id-threads.ts');
    replaceBuiltin('node:module', {
      createRequire: () => ({
        resolve() {
          throw new Error('not found');
        },
      }),
    });
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect([fresh(), fresh()]).toEqual([null, null]);
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('hash-wasm'), { type: 'MfakitWarning', code: 'MFAKIT_INLINE_HASHING' }],
    ]);
  });
});

test('without threads or WebAssembly noble serves', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  const { inlineHasher: fresh } = await import('./argon2id-inline.ts');
  const digest = await fresh(small);
  vi.unstubAllGlobals();
  expect(digest).toEqual(await inlineHasher(small));
});

test('the event loop stays free while ten codes are hashed', async () => {
  const hasher = defaultHasher();
  await hasher(job); // starts the threads
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await Promise.all(Array.from({ length: 10 }, () => hasher(job)));
  delay.disable();
  // One hash on this thread would hold it for far longer. The limit leaves room for the noise of the machine.
  expect(delay.percentile(50) / 1e6).toBeLessThan(10);
});
