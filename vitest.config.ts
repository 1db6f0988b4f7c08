import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { foldersWith } from './.ci/workspace.mjs';

// A zone with an odd offset and daylight saving exposes arithmetic on local time; `TZ=UTC npm test` tries another.
process.env['TZ'] ??= 'Pacific/Chatham';

// Every package and example is a project of its own, found by its folder: a new one needs no edit here.
const projects = foldersWith('.').map((folder): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name: folder.replace('packages/', ''), include: [`${folder}/**/*.test.ts`] },
}));

// Workspace packages resolve to each other's sources: tests need no build.
const conditions = ['@mfakit/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects,
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});
