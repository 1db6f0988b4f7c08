/** Runs the command line as a child process, in a pipe. */
import { spawn } from 'node:child_process';
import { bundledMain } from './bundle.ts';

/** How to run it. */
export interface RunOptions {
  readonly cwd: string;
  /** Beside PATH; nothing else of the environment of the tests is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds; without it, it is closed. */
  readonly input?: string;
  /** Called with what was printed so far. */
  readonly onOutput?: (printed: string, child: { kill(signal: NodeJS.Signals): unknown }) => void;
}

/** How it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of `--json`. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** A command that waits for somebody would never end. */
const LIMIT_MS = 20_000;

/** Runs a command to its end. */
export async function run(args: readonly string[], { cwd, env = {}, input, onOutput }: RunOptions): Promise<Ran> {
  const child = spawn(process.execPath, [await bundledMain(), ...args], {
    cwd,
    // The hashing threads of a bundle warn that they find no package.
    env: { PATH: process.env['PATH'] ?? '', NODE_NO_WARNINGS: '1', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      onOutput?.(printed.stdout + printed.stderr, child);
    });
  }
  child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  clearTimeout(timer);
  return { code, ...printed, lines: args.includes('--json') ? jsonLines(printed.stdout) : [] };
}

function jsonLines(text: string): Ran['lines'] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
