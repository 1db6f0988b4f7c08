// The life of a user by the installed packages alone: hashes with the default hasher, and ends by itself.
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { createMfa } from '@mfakit/core';
import { qrPngDataUrl } from '@mfakit/core/qr';
import { memoryStore } from '@mfakit/memory';
import { testClock, virtualAuthenticator } from '@mfakit/testkit';

// A CommonJS application takes the same module (Node >= 20.19).
assert.equal(createRequire(import.meta.url)('@mfakit/core').createMfa, createMfa);

const clock = testClock();
const keys = [Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')];
const mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword: 'passwordless', clock });
const { uri, backupCodes } = await mfa.setup({ userId: 'ann' }, { accountName: 'ann@example.com' });
assert.match(await qrPngDataUrl(uri), /^data:image\/png;base64,/);
const phone = virtualAuthenticator(uri);
await mfa.confirm({ userId: 'ann' }, { code: phone.code(clock()) });
const { token } = await mfa.begin('ann');
const verified = await mfa.verify({ token, backupCode: backupCodes[0] });
assert.equal(verified.backupCodesRemaining, 9);
await assert.rejects(mfa.stepUp('ann', { backupCode: backupCodes[0] }), { code: 'invalid_backup_code' });
console.log('enrolled, signed in by backup code, refused the second time');
