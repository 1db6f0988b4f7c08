#!/usr/bin/env node
/** mfakit, the executable. */
import { CommanderError } from 'commander';
import { EXIT, usage } from './failure.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';
import { refuseSecrets } from './secret-arguments.ts';
import { tell } from './task.ts';

const args = process.argv.slice(2);

// Whoever read the output has gone, as `head` does.
process.stdout.on('error', () => process.exit(EXIT.failed));
process.stderr.on('error', () => undefined);

try {
  refuseSecrets(args);
  await createProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = await complainOf(error);
}

async function complainOf(error: unknown): Promise<number> {
  // Help and version are done.
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const { stdout, stderr } = process;
  const out = createOutput({ stdout, stderr, json: args.includes('--json'), quiet: false, color: false });
  return tell(out, error instanceof CommanderError ? usage(withoutValue(error.message)) : error);
}

/** `unknown option '--key=…'` without what stands behind the sign. */
function withoutValue(message: string): string {
  return `${message.replace(/^error: /, '').replaceAll(/(--?[\w-]+)=[^']*/g, '$1')} (see mfakit --help)`;
}
