import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { fileStore } from '@mfakit/example-file-store';
import { storeCases } from '@mfakit/testkit';

const cases = storeCases(async () => {
  const root = await mkdtemp(join(tmpdir(), 'file-store-'));
  return {
    connections: [fileStore(root), fileStore(root), fileStore(root)],
    breakDown: () => rm(root, { recursive: true }),
    close: () => rm(root, { recursive: true, force: true }),
  };
});

for (const { name, run } of cases) test(name, run);
