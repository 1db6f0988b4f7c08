import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EMPTY_RECORD, type MfaRecord, type MfaStore } from '@mfakit/core';
import { fileStore } from '../src/file-store.ts';

const RECORD: MfaRecord = EMPTY_RECORD;

async function insert(store: MfaStore, userId: string): Promise<void> {
  await store.commit({ userId, expected: null, next: { revision: 'a', record: RECORD }, events: [] });
}

async function temporary(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'file-store-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

test('a folder that is gone is an error, not a user without a record', async () => {
  const root = await temporary();
  const store = fileStore(root);
  await insert(store, 'alice');
  await rm(root, { recursive: true });
  await expect(store.read('alice')).rejects.toThrow('ENOENT');
  await expect(store.scan({ limit: 1 })).rejects.toThrow('ENOENT');
});

test('what a crashed process left half-way is not taken for a record', async () => {
  const root = await temporary();
  const store = fileStore(root);
  await insert(store, 'alice');
  const [user = ''] = await readdir(root);
  await writeFile(join(root, user, 'data-ff'), '{"revision":');
  expect(await store.read('alice')).toEqual({ revision: 'a', record: RECORD });
  expect(await store.scan({ limit: 10 })).toHaveLength(1);
});

test('a damaged record is an error', async () => {
  const root = await temporary();
  const store = fileStore(root);
  await insert(store, 'alice');
  const [user = ''] = await readdir(root);
  const data = (await readdir(join(root, user))).find((name) => name.startsWith('data-')) ?? '';
  await writeFile(join(root, user, data), '{"revision":');
  await expect(store.read('alice')).rejects.toThrow(SyntaxError);
});
