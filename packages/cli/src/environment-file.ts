/** The file .env: where `mfakit init` puts a key, readable to its owner alone and out of the repository. */
import { appendFileSync, chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = '.env';
const IGNORED = /^\/?(?:\*?\.env|\.env\*|\.env\.\*)$/;

/** What was done to a file. */
export type FileChange = 'written' | 'extended' | 'kept';

/** Adds a key, unless there is one: another one would open nothing. */
export function addKey(key: string): FileChange {
  const line = `MFAKIT_KEYS=${key}\n`;
  if (!existsSync(FILE)) {
    writeFileSync(FILE, line, { mode: 0o600, flag: 'wx' });
    return 'written';
  }
  const text = readFileSync(FILE, 'utf8');
  if (/^(?:export )?MFAKIT_KEYS=/m.test(text)) return 'kept';
  appendFileSync(FILE, text === '' || text.endsWith('\n') ? line : `\n${line}`);
  chmodSync(FILE, 0o600);
  return 'extended';
}

/** Keeps the file out of a repository. */
export function ignoreEnvironmentFile(): FileChange {
  const text = existsSync('.gitignore') ? readFileSync('.gitignore', 'utf8') : null;
  if (text?.split(/\r?\n/).some((line) => IGNORED.test(line.trim())) === true) return 'kept';
  appendFileSync('.gitignore', text === null || text === '' || text.endsWith('\n') ? `${FILE}\n` : `\n${FILE}\n`);
  return text === null ? 'written' : 'extended';
}
