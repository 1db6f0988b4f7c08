/** compilePages: the pages as a build would make them, in a folder of the caller's, so that tests need no build. */
import type { PageSources } from '@mfakit/example-application';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const pages = join(import.meta.dirname, '..');
const workspace = join(pages, '../..');

/** @param folder - where the scripts go */
export function compilePages(folder: string): PageSources {
  const require = createRequire(join(workspace, 'package.json'));
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const options = ['-p', join(pages, 'tsconfig.browser.json'), '--rootDir', workspace, '--outDir', folder];
  const { status, stdout } = spawnSync(
    process.execPath,
    // Types are checked by the build and by `npm run check`.
    [tsc, ...options, '--noCheck', '--declaration', 'false', '--declarationMap', 'false'],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`The pages do not compile: ${stdout}`);
  return {
    markup: join(pages, 'public'),
    scripts: join(folder, 'examples/pages/src'),
    client: join(folder, 'packages/http/src'),
    otpauth: join(dirname(createRequire(import.meta.url).resolve('otpauth')), 'otpauth.esm.min.js'),
  };
}
