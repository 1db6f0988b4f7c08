/** A terminal: runs the command line on a real pseudo-terminal, as a person does. */
import { spawn, type IPty } from '@lydell/node-pty';
import { bundledMain } from './bundle.ts';

/** A command on a terminal. */
export interface Session {
  /** All that was shown so far, control sequences included. */
  shown(): string;
  /** Resolves once this is shown. */
  sees(text: string | RegExp): Promise<void>;
  /** Types; `\r` is Enter, `\x03` Ctrl-C. */
  type(keys: string): void;
  /** Resolves with the exit code. */
  ended(): Promise<number>;
}

/** A command that waits for somebody would never end. */
const LIMIT_MS = 20_000;

/** Starts a command on a terminal of 100 columns. */
export async function onTerminal(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Session> {
  const terminal: IPty = spawn(process.execPath, [await bundledMain(), ...args], {
    cols: 100,
    cwd,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', NODE_NO_WARNINGS: '1', ...env },
  });
  let shown = '';
  const waiting = new Set<() => void>();
  terminal.onData((text) => {
    shown += text;
    for (const look of waiting) look();
  });
  const timer = setTimeout(() => terminal.kill('SIGKILL'), LIMIT_MS);
  const end = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode }) => {
      clearTimeout(timer);
      resolve(exitCode);
    });
  });
  return {
    shown: () => shown,
    async sees(text) {
      const found = (): boolean => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
      const seen = new Promise<void>((resolve) => {
        const look = (): void => {
          if (!found()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
      await Promise.race([seen, end]);
      if (!found()) throw new Error(`The command ended, and has shown: ${shown}`);
    },
    type: (keys) => terminal.write(keys),
    ended: () => end,
  };
}
