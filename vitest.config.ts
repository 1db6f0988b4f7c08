import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { foldersWith } from './.ci/workspace.mjs';

const NO_TESTS = ['**/node_modules/**', '**/dist/**'];

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testFiles(path);
    return path.endsWith('.test.ts') ? [path] : [];
  });
}

// A zone with an odd offset and daylight saving exposes arithmetic on local time; `TZ=UTC npm test` tries another.
process.env['TZ'] ??= 'Pacific/Chatham';

// Every package and example is a project of its own, found by its folder: a new one needs no edit here. Files share the
// modules that their process has loaded, which halves the time of it all. Those that replace a module or the timers share
// none, since others would meet what they replaced: they make a second project of the package.
const projects = foldersWith('.').flatMap((folder): TestProjectInlineConfiguration[] => {
  const name = folder.replace('packages/', '');
  const files = testFiles(folder);
  const alone = files.filter((file) => /vi\.(?:mock|doMock|useFakeTimers)\(/.test(readFileSync(file, 'utf8')));
  const sharing = { name, include: [`${folder}/**/*.test.ts`], exclude: [...NO_TESTS, ...alone], isolate: false };
  const isolated = { name: `${name}, alone`, include: alone, exclude: NO_TESTS };
  return [sharing, ...(alone.length > 0 ? [isolated] : [])].map((test) => ({ extends: true, test }));
});

// Workspace packages resolve to each other's sources: tests need no build. Not by `module`, which Node does not know: what
// packages have there it often cannot load.
const conditions = ['@mfakit/source', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects,
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});
