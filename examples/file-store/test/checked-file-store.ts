import { access } from 'node:fs/promises';
import type { MfaStore } from '@mfakit/core';
import { fileStore } from '@mfakit/example-file-store';

export function checkedFileStore(root: string): MfaStore {
  return {
    ...fileStore(root),
    async check() {
      await access(root).catch((cause: unknown) => {
        throw new Error('The folder of the store is missing: create it, or mount its disk.', { cause });
      });
    },
  };
}
