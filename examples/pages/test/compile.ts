/** compilePages: the pages as a build would make them, in a folder of the caller's, so that tests need no build. */
import type { PageSources } from '@mfakit/example-application';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const pages = join(import.meta.dirname, '..');

/** @param built - where scripts and stylesheet go */
export function compilePages(built: string): PageSources {
  const { status, stderr } = spawnSync(process.execPath, [join(pages, 'bundle.mjs'), built], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The pages do not compile: ${stderr}`);
  return { markup: join(pages, 'public'), built };
}
