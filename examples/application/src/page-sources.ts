/** Page sources: where the files of the pages are after a build. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folders and files that are served. */
export interface PageSources {
  /** HTML, CSS and their parts. */
  readonly markup: string;
  /** The pages' own scripts. */
  readonly scripts: string;
  /** The folder of `client.js` of @mfakit/http. */
  readonly client: string;
  /** The module of `otpauth` for browsers. */
  readonly otpauth: string;
}

/** The sources inside the workspace. */
export function pageSources(): PageSources {
  const require = createRequire(import.meta.url);
  const pages = dirname(require.resolve('@mfakit/example-pages/package.json'));
  return {
    markup: join(pages, 'public'),
    scripts: join(pages, 'dist'),
    client: dirname(require.resolve('@mfakit/http/client')),
    otpauth: join(dirname(require.resolve('otpauth')), 'otpauth.esm.min.js'),
  };
}
