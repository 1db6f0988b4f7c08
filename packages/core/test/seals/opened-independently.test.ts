/** What is sealed opens under the key of its purpose and with all that it is bound to, opened here without the library. */
import { hkdfSync } from 'node:crypto';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ActiveFactor, MfaRecord } from '@mfakit/core';
import { readyForCalls } from '@mfakit/testkit';
import { KEY_A, stage } from '../harness.ts';
import { CODES, userRow } from '../import/rows.ts';

/** RFC 5869, by Node: the key of one purpose. */
function keyFor(purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(KEY_A, 'base64'), '', `mfakit/1/${purpose}`, 32));
}

/** @returns what is sealed; `null` if it does not open */
function open(sealed: string, purpose: string, boundTo: readonly string[]): Uint8Array | null {
  const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url');
  const associated = new TextEncoder().encode(JSON.stringify(boundTo));
  try {
    return xchacha20poly1305(keyFor(purpose), bytes.subarray(0, 24), associated).decrypt(bytes.subarray(24));
  } catch {
    return null;
  }
}

/** Expects a text to open with this, under this key only, and not if any part of what it is bound to is missing. */
function expectBound(sealed: string, purpose: string, boundTo: readonly string[]): Uint8Array {
  const opened = open(sealed, purpose, boundTo);
  expect(opened).not.toBeNull();
  expect(open(sealed, purpose === 'tokens' ? 'secrets' : 'tokens', boundTo)).toBeNull();
  for (const missing of boundTo.keys()) {
    expect(open(sealed, purpose, boundTo.toSpliced(missing, 1))).toBeNull();
  }
  return opened ?? new Uint8Array();
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

let record: MfaRecord;
let verifyToken: string;
let enrollToken: string;
beforeAll(async () => {
  const on = stage();
  await readyForCalls(on, 'ann');
  verifyToken = await on.token('ann');
  record = await on.store.record('ann');
  await on.mfa.enforce('bob');
  enrollToken = await on.token('bob');
});

describe('R-59, R-62 bound to the version of the format, what it is, and whom it is for', () => {
  test('an active secret, and the parameters that it was enrolled with', () => {
    const { id, secret } = record.factors[0] as ActiveFactor;
    const boundTo = ['1', 'totp-secret', 'ann', id, 'SHA1', '6', '30'];
    expect(expectBound(secret, 'secrets', boundTo)).toHaveLength(20);
  });

  test('a secret that waits', () => {
    const { id, secret } = record.pending?.factor ?? { id: '', secret: '' };
    const boundTo = ['1', 'totp-secret', 'ann', id, 'SHA1', '6', '30'];
    expect(expectBound(secret, 'secrets', boundTo)).toHaveLength(20);
  });

  test('the digests of the backup codes, and what hashing them costs', () => {
    const set = record.backupCodes;
    const cost = [set?.memoryKiB, set?.passes, set?.parallelism].map(String);
    const boundTo = ['1', 'backup_code-secret', 'ann', set?.id ?? '', ...cost];
    expect(expectBound(set?.secret ?? '', 'secrets', boundTo)).toHaveLength(320);
  });

  test('the fingerprints of an import: one of the factors, and one of the codes', async () => {
    const on = stage();
    await on.mfa.importUser(userRow());
    const { prints } = (await on.store.record('ann')).imported ?? {};
    expect(expectBound(prints ?? '', 'secrets', ['1', 'import-secret', 'ann', 'prints'])).toHaveLength(64);
  });

  test('the digests of an imported set, and the form of its codes', async () => {
    const on = stage();
    await on.mfa.importUser(userRow({ backupCodes: { codes: CODES, form: { groups: [6, 6] } } }));
    const set = (await on.store.record('ann')).backupCodes;
    const cost = [set?.memoryKiB, set?.passes, set?.parallelism].map(String);
    const boundTo = ['1', 'backup_code-secret', 'ann', set?.id ?? '', ...cost, 'keep:6-6'];
    expect(expectBound(set?.secret ?? '', 'secrets', boundTo)).toHaveLength(320);
  });

  test('a token of either purpose: its user is inside', () => {
    expect(textOf(expectBound(verifyToken, 'tokens', ['1', 'challenge', 'verify']))).toMatch(/ann$/);
    expect(textOf(expectBound(enrollToken, 'tokens', ['1', 'challenge', 'enroll']))).toMatch(/bob$/);
  });
});
