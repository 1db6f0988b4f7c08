// Where the site is made.
import { join } from 'node:path';

/** Root of the repository. */
export const ROOT = join(import.meta.dirname, '../..');
/** The pages as they are written. */
export const DOCS = join(ROOT, 'docs');
/** The pages as the site has them: links lead to pages of the site. */
export const PAGES = join(import.meta.dirname, 'dist/pages');
/** The site. */
export const SITE = join(import.meta.dirname, 'dist/site');
