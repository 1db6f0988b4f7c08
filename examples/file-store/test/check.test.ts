import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkedFileStore } from './checked-file-store.ts';

test('check passes while the folder is there, and says what to do when it is not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'file-store-check-'));
  const store = checkedFileStore(root);
  await expect(store.check?.()).resolves.toBeUndefined();
  rmSync(root, { recursive: true });
  await expect(store.check?.()).rejects.toThrow(/^The folder of the store is missing: create it/);
});
