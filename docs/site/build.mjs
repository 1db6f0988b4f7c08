// Builds the site into dist/site.
import { rmSync } from 'node:fs';
import { build } from 'vitepress';
import { PAGES, SITE } from './folders.mjs';
import { importPaths } from './import-paths.mjs';
import { writePages } from './pages.mjs';
import { writeReference } from './reference.mjs';

const startedMs = Date.now();
for (const folder of [PAGES, SITE]) rmSync(folder, { recursive: true, force: true });
await writeReference();
writePages(new Set(importPaths().map(({ folder }) => folder)));
await build(import.meta.dirname);
console.log(`docs/site/dist/site, in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
