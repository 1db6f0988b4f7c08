/** mfakit init: writes a key and a starting file into the project in this folder. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { addKey, ignoreEnvironmentFile } from '../environment-file.ts';
import { Failure, usage } from '../failure.ts';
import { FRAMEWORKS, type Framework } from '../starting-files.ts';
import { perform, type Ending, type Task } from '../task.ts';
import { newKey } from './keygen.ts';

/** Registers the command. */
export function init(program: Command): void {
  program
    .command('init')
    .description('write a key and a starting file into the project in this folder')
    .argument('[framework]', `${Object.keys(FRAMEWORKS).join(', ')} (default: what package.json depends on)`)
    .action((name: string | undefined, _flags: object, command: Command) =>
      perform(command, (task) => write(task, frameworkOf(name))),
    );
}

function frameworkOf(name: string | undefined): Framework {
  const names = Object.keys(FRAMEWORKS);
  const found = name ?? names.find((each) => dependsOn(FRAMEWORKS[each]?.dependency ?? ''));
  const framework = found !== undefined && Object.hasOwn(FRAMEWORKS, found) ? FRAMEWORKS[found] : undefined;
  if (framework === undefined) throw usage(`Say which framework: mfakit init ${names.join('|')}`);
  return framework;
}

function dependsOn(dependency: string): boolean {
  if (!existsSync('package.json')) return false;
  const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.hasOwn(Object(Object(manifest).dependencies), dependency);
}

async function write({ out }: Task, { install, next, files }: Framework): Promise<Ending> {
  const contents = files();
  // All or nothing: half a start is worse than none.
  const there = Object.keys(contents).filter((path) => existsSync(path));
  if (there.length > 0) {
    throw new Failure(
      'file_exists',
      `${there.join(' and ')} is there already, and nothing was written. Move it away first.`,
    );
  }
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  }
  const rows = [
    ...Object.keys(contents).map((file) => ({ file, change: 'written' })),
    // Ignored before it holds a key.
    { file: '.gitignore', change: ignoreEnvironmentFile() },
    { file: '.env', change: addKey(newKey()) },
  ];
  await out.rows('file', rows);
  out.note(['Next:', install, ...next].join('\n  '));
  return { counts: { files: rows.length } };
}
