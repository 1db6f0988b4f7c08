/** What importUser refuses: it names the field and the rule, never the value, and reads nothing. */
import { MfaError } from '@mfakit/core';
import { expect, test } from 'vitest';
import { stage } from '../harness.ts';
import { factorRow, userRow } from './rows.ts';

const SECRET = 'canary-7f3a';
const BCRYPT = `$2a$12$${'a'.repeat(53)}`;
const PHC = `$argon2id$v=19$m=64,t=1,p=1$${'A'.repeat(22)}$${'B'.repeat(22)}`;

const factor = (more: object): object => ({ factors: [{ ...factorRow(1), ...more }] });
const codes = (backupCodes: unknown): object => ({ backupCodes });

/** A part of a row that is wrong, and the field that is named. */
const CASES: readonly (readonly [field: string, part: object])[] = [
  ['userId', { userId: '' }],
  ['source', { source: undefined }],
  ['source', { source: '' }],
  ['source', { source: 'x'.repeat(65) }],
  ['source', { source: `${SECRET}\u0000` }],
  ['factors', { factors: undefined }],
  ['factors', { factors: [] }],
  ['factors', { factors: SECRET }],
  ['factors', { factors: [1, 2, 3, 4, 5, 6].map((n) => factorRow(n)) }],
  ['factors[0]', { factors: [SECRET] }],
  ['factors[1].externalId', { factors: [factorRow(1), { ...factorRow(2), externalId: 'row-1' }] }],
  ['factors[0].externalId', factor({ externalId: '' })],
  ['factors[0].externalId', factor({ externalId: 7 })],
  ['factors[0].externalId', factor({ externalId: 'x'.repeat(256) })],
  ['factors[0].secret', factor({ secret: undefined })],
  ['factors[0].secret', factor({ secret: SECRET })],
  ['factors[0].secret', factor({ secret: new Uint8Array(9) })],
  ['factors[0].secret', factor({ secret: new Uint8Array(65) })],
  ['factors[0].secret', factor({ secret: new Uint16Array(20) })],
  ['factors[0].algorithm', factor({ algorithm: 'MD5' })],
  ['factors[0].digits', factor({ digits: 5 })],
  ['factors[0].periodSeconds', factor({ periodSeconds: 0 })],
  ['factors[0].periodSeconds', factor({ periodSeconds: 121 })],
  ['factors[0].label', factor({ label: '' })],
  ['factors[0].label', factor({ label: `${SECRET}\u202E` })],
  ['factors[0].createdAt', factor({ createdAt: new Date(Number.NaN) })],
  ['factors[0].lastStep', factor({ lastStep: -2 })],
  ['factors[0].lastStep', factor({ lastStep: 1.5 })],
  // Milliseconds, or seconds, for a step: the factor would never be good again.
  ['factors[0].lastStep', factor({ lastStep: Date.UTC(2026, 0, 1) })],
  ['factors[0].lastStep', factor({ lastStep: Date.UTC(2026, 0, 1) / 1000 })],
  ['factors[0].driftSteps', factor({ driftSteps: 0.5 })],
  ['enforceFrom', { enforceFrom: SECRET }],
  ['backupCodes', codes(null)],
  ['backupCodes', codes({})],
  ['backupCodes', codes({ codes: ['aaaa-bbbb'], hashes: [BCRYPT] })],
  ['backupCodes.codes', codes({ codes: SECRET })],
  ['backupCodes.codes[1]', codes({ codes: ['aaaa-bbbb', 'short'] })],
  ['backupCodes.codes[0]', codes({ codes: [`${SECRET}_`] })],
  ['backupCodes.codes[0]', codes({ codes: [7] })],
  ['backupCodes.codes[0]', codes({ codes: ['aaaabbb'], form: { groups: [4, 4] } })],
  ['backupCodes.form.letters', codes({ codes: [], form: { letters: SECRET } })],
  ['backupCodes.form.groups', codes({ codes: [], form: { groups: [] } })],
  ['backupCodes.form.groups', codes({ codes: [], form: { groups: [0, 8] } })],
  ['backupCodes.form.groups', codes({ codes: [], form: { groups: [5] } })],
  ['backupCodes.form.groups', codes({ codes: [], form: { groups: [33, 32] } })],
  ['backupCodes.form', codes({ codes: [], form: SECRET })],
  ['backupCodes.prehash', codes({ prehashed: [], prehash: 'md5' })],
  ['backupCodes.prehashed[0]', codes({ prehashed: [new Uint8Array(31)], prehash: 'sha256' })],
  ['backupCodes.prehashed[0]', codes({ prehashed: [SECRET], prehash: 'sha512' })],
  ['backupCodes.hashes[0]', codes({ hashes: [SECRET] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC.replace('argon2id', 'argon2i')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC.replace('v=19', 'v=16')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC.replace('m=64', 'm=7')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC.replace('t=1', 't=0')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [`${PHC}=`] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC.slice(0, -2)] })],
  ['backupCodes.hashes[0]', codes({ hashes: [PHC + 'B'.repeat(200)] })],
  ['backupCodes.hashes[0]', codes({ hashes: [BCRYPT.replace('2a', '2x')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [BCRYPT.replace('12', '03')] })],
  ['backupCodes.hashes[0]', codes({ hashes: [BCRYPT.slice(1)] })],
  ['backupCodes.hashes[1]', codes({ hashes: [BCRYPT, `${BCRYPT}a`] })],
];

test.each(CASES)('%s: %j', async (field, part) => {
  const on = stage();
  on.store.fail('read', new Error('was read'));
  const error: unknown = await on.mfa.importUser({ ...userRow(), ...part }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MfaError);
  expect(error).toMatchObject({ code: 'invalid_input', field });
  expect(String(error)).toMatch(/^MfaError: \S+ (must|or) /);
  expect(String(error)).not.toContain(SECRET);
  expect(on.hashes()).toBe(0);
});

test.each([
  ['user', null, {}],
  ['options', userRow(), 7],
  ['dryRun', userRow(), { dryRun: 'yes' }],
  ['request', userRow(), {}, 7],
])('%s', async (field, ...given) => {
  const { mfa } = stage();
  const call = (mfa.importUser as (...input: unknown[]) => Promise<unknown>)(...given);
  await expect(call).rejects.toMatchObject({ code: 'invalid_input', field });
});

test('bytes that the caller changes afterwards change nothing', async () => {
  const on = stage();
  const row = userRow();
  const secret = Uint8Array.from(row.factors[0]?.secret ?? []);
  const running = on.mfa.importUser({ ...row, factors: [{ ...factorRow(1), secret }] });
  secret.fill(0);
  await running;
  expect(await on.mfa.importUser(row)).toMatchObject({ outcome: 'unchanged' });
});
