/** The program: its commands, the flags of all of them, and what its help says. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { breakGlass } from './commands/break-glass.ts';
import { check } from './commands/check.ts';
import { enforce } from './commands/enforce.ts';
import { exempt } from './commands/exempt.ts';
import { forget } from './commands/forget.ts';
import { history } from './commands/history.ts';
import { importUsers } from './commands/import.ts';
import { init } from './commands/init.ts';
import { keygen } from './commands/keygen.ts';
import { keys } from './commands/keys.ts';
import { list } from './commands/list.ts';
import { migrate } from './commands/migrate.ts';
import { outbox } from './commands/outbox.ts';
import { policy } from './commands/policy.ts';
import { prune } from './commands/prune.ts';
import { rekey } from './commands/rekey.ts';
import { reset } from './commands/reset.ts';
import { stats } from './commands/stats.ts';
import { status } from './commands/status.ts';
import { unlock } from './commands/unlock.ts';

/** In the order of the help. */
const COMMANDS = [
  init,
  keygen,
  migrate,
  check,
  list,
  stats,
  status,
  unlock,
  reset,
  forget,
  enforce,
  exempt,
  breakGlass,
  policy,
  rekey,
  keys,
  importUsers,
  history,
  prune,
  outbox,
];

const MORE_HELP = `
Variables:
  MFAKIT_DATABASE_URL  postgres://, mysql://, redis:// or sqlite:path
  MFAKIT_KEYS          master keys, newest first, with commas or line breaks between them
  NO_COLOR             no colors

Exit codes:
  0  done
  1  failed
  2  called in a way that is not known
  3  done, but something needs attention
  4  not confirmed: no terminal and no --yes, or the answer was no
  130  interrupted; what to run next is on standard error`;

/** Makes the program. Nothing that a command needs is loaded before it runs. */
export function createProgram(): Command {
  const program = new Command('mfakit')
    .description('The command line of mfakit: start, look after users, rotate keys, move in.')
    .version(version())
    .option('--config <file>', 'configuration file (default: mfakit.config.js, .mjs or .ts in this folder)')
    .option('--database-url-file <file>', 'file that holds the URL of the database; - for standard input')
    .option('--keys-file <file>', 'file that holds the keys, newest first; - for standard input')
    .option('--actor <name>', 'who acts, for the events (default: the user of this machine)')
    .option('--json', 'one JSON object a line; the last one is the result')
    .option('--yes', 'ask nothing: the answer is yes')
    .option('--quiet', 'no notes and no progress')
    .option('--no-color', 'no colors')
    .addHelpText('after', MORE_HELP)
    .showSuggestionAfterError()
    .exitOverride()
    // What is wrong is told in one place, without the value of a flag.
    .configureOutput({ outputError: () => undefined });
  for (const register of COMMANDS) register(program);
  return program;
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(manifest) as { readonly version: unknown }).version);
}
