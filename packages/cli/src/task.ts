/** Task: what a command works with, and how its work becomes output and an exit code. */
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Mfa, RequestContext } from '@mfakit/core';
import type { Command } from 'commander';
import { configure, type ConfigFlags } from './config.ts';
import { confirm, type Question } from './confirm.ts';
import { EXIT, Failure } from './failure.ts';
import { onInterrupt } from './interrupt.ts';
import { createOutput, type Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';
import { describeError } from './safe-text.ts';
import type { OpenStore } from './store-from-url.ts';

/** Flags that every command takes. */
interface GlobalFlags extends ConfigFlags {
  readonly actor?: string;
  readonly color: boolean;
  readonly json?: true;
  readonly quiet?: true;
  /** Of the commands that take it. */
  readonly reason?: string;
  readonly yes?: true;
}

/** What a command works with. */
export interface Task {
  readonly out: Output;
  readonly progress: Progress;
  /** Aborted by Ctrl-C: stop at the next good place. A command that does not read it ends at once. */
  readonly signal: AbortSignal;
  /** Names the operator, and with `--reason` why, in the events of a call. */
  readonly request: RequestContext & { readonly actor: string };
  /** The store, opened at the first call and closed in the end. */
  readonly store: () => Promise<OpenStore>;
  /** The library over that store. Without keys it opens no secret: enough for whatever reads and writes none. */
  readonly mfa: (keys?: 'optional') => Promise<Mfa>;
  /** Resolves once the operator has agreed. */
  readonly confirm: (question: Question) => Promise<void>;
}

/** How a command ended, if it did not fail: counts for the last line of `--json`. */
export interface Ending {
  /** Something needs the operator: the exit code is 3. */
  readonly attention?: boolean;
  readonly counts?: Readonly<Record<string, unknown>>;
}

/** Runs a command to its end, and sets the exit code of the process. */
export async function perform(command: Command, work: (task: Task) => Promise<Ending | undefined>): Promise<void> {
  const flags = command.optsWithGlobals<GlobalFlags>();
  const { stdin, stdout, stderr } = process;
  const quiet = flags.quiet === true;
  const color = flags.color && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  const out = createOutput({ stdout, stderr, json: flags.json === true, quiet, color });
  const progress = createProgress(stderr, quiet);
  const interrupt = onInterrupt();
  const { store, mfa, close } = lazily(flags);
  const task: Task = {
    out,
    progress,
    get signal() {
      return interrupt.signal;
    },
    request: { actor: flags.actor ?? operator(), reason: flags.reason },
    store,
    mfa,
    confirm: (question) => confirm({ stdin, stderr, yes: flags.yes === true }, question),
  };
  try {
    const { attention = false, counts = {} } = (await work(task)) ?? {};
    progress.clear();
    await out.result({ outcome: attention ? 'attention' : 'ok', ...counts });
    process.exitCode = attention ? EXIT.attention : EXIT.done;
  } catch (error) {
    progress.clear();
    process.exitCode = await tell(out, error);
  } finally {
    interrupt.release();
    await close().catch((error: unknown) => out.complain(`The store does not close. ${describeError(error)}`));
  }
}

/** Says why a command ended; gives its exit code. */
export async function tell(out: Output, error: unknown): Promise<number> {
  const code = error instanceof Failure || Object(error).name === 'MfaError' ? String(Object(error).code) : 'failed';
  out.complain(describeError(error));
  await out.result({ outcome: 'failed', code });
  return error instanceof Failure ? error.exitCode : EXIT.failed;
}

/** Opens what is asked for, once. */
function lazily(flags: ConfigFlags): Pick<Task, 'store' | 'mfa'> & { readonly close: () => Promise<void> } {
  let configured: ReturnType<typeof configure> | undefined;
  let opened: Promise<OpenStore> | undefined;
  const configuration = (): ReturnType<typeof configure> => (configured ??= configure(flags));
  const store = (): Promise<OpenStore> => (opened ??= configuration().then(({ open }) => open()));
  return {
    store,
    async mfa(optional) {
      const { keys, options } = await configuration();
      if (keys.length === 0 && optional === undefined) {
        throw new Failure(
          'keys_missing',
          'Put the keys into the variable MFAKIT_KEYS, newest first, or into a file for --keys-file.',
          EXIT.usage,
        );
      }
      const { createMfa } = await import('@mfakit/core');
      return createMfa({
        issuer: 'mfakit',
        verifyPassword: 'passwordless',
        // Records with passkeys must be readable; none is ever asked for here.
        factors: [await passkeys()],
        ...options,
        store: (await store()).store,
        keys: keys.length > 0 ? keys : [randomBytes(32).toString('base64')],
      });
    },
    // What failed to open has nothing to close.
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

async function passkeys() {
  const [{ webauthnFactor }, { webauthn }] = await Promise.all([
    import('@mfakit/core/webauthn'),
    import('@mfakit/webauthn'),
  ]);
  return webauthnFactor(webauthn({ rpId: 'localhost', rpName: 'mfakit', origins: ['http://localhost'] }));
}

/** The user of this machine; a container may run as a number without a name. */
function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
