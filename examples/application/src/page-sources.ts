/** Page sources: where the files of the pages are. */
import { join } from 'node:path';

/** Folders whose files are served. */
export interface PageSources {
  /** HTML, CSS and their parts. */
  readonly markup: string;
  /** What a build makes: the scripts of the pages, with everything that they import, and the stylesheet of the elements. */
  readonly built: string;
}

/** Those beside this example. */
export function pageSources(): PageSources {
  const pages = join(import.meta.dirname, '../../pages');
  return { markup: join(pages, 'public'), built: join(pages, 'dist/served') };
}
