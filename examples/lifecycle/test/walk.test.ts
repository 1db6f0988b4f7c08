import { beforeAll, expect, test } from 'vitest';
import { scanTerminal } from '../src/phone.ts';
import { broken, tell, type Telling } from './telling.ts';

const ESCAPE = '\u{1b}';
let telling: Telling;

// The walk of the demo itself: nothing replaced, Argon2id included.
beforeAll(async () => {
  telling = await tell();
});

test('every step ends as promised', () => {
  expect(telling.lines.at(-1)).toBe('Every step ended as the library promises.');
  expect(telling.exitCode).toBe(0);
});

test('chapters are numbered and told in order', () => {
  expect(telling.lines.filter((line) => /^\d+\. /.test(line))).toEqual([
    '1. Ann switches it on',
    '2. Ann signs in',
    '3. Ann left her phone at home',
    '4. Someone guesses',
    '5. Acme requires it of Ben',
    '6. Ann gets a tablet',
    '7. Ann wants new backup codes',
    '8. Acme replaces its key',
    '9. Ann switches it off',
    '10. What is on record',
  ]);
});

test('each refusal is told with its step and its code', () => {
  let step = '';
  const refusals: string[] = [];
  for (const line of telling.lines) {
    step = /^\d+\.\d+/.exec(line)?.[0] ?? step;
    const code = /^ +refused +(\w+):/.exec(line)?.[1];
    if (code !== undefined) refusals.push(`${step} ${code}`);
  }
  expect(refusals).toEqual([
    '1.5 invalid_code',
    '1.5 invalid_input',
    '1.7 code_already_used',
    '2.2 invalid_code',
    '2.4 code_already_used',
    '2.5 token_used',
    '3.2 invalid_backup_code',
    '4.2 locked',
    '4.2 locked',
    '4.3 locked',
    '4.5 locked',
    '4.6 locked',
    '5.3 invalid_token',
    '5.5 token_used',
    '5.6 required_by_policy',
    '6.1 already_enabled',
    '6.5 invalid_token',
    '6.5 invalid_code',
    '7.1 proof_required',
    '7.1 invalid_password',
    '7.3 invalid_backup_code',
    '8.2 secret_unreadable',
    '9.1 invalid_code',
    '9.3 not_enabled',
  ]);
});

test('races are told as counts: R-31, R-47, invariants 1 to 3', () => {
  expect(telling.lines.filter((line) => /^ +counted /.test(line)).map((line) => line.trim())).toEqual([
    'counted  1 x accepted, 49 x code_already_used',
    'counted  1 x accepted, 4 x invalid_backup_code',
    'counted  2 x accepted',
    'counted  10 x invalid_code, 190 x locked or busy',
  ]);
});

test('the lock tells when it opens again, and the clock says that it is moved', () => {
  const text = telling.lines.map((line) => line.trim()).join(' ');
  expect(text).toContain('the clock stands still until it is moved by hand');
  expect(text).toContain('It is 2026-01-05 09:01:30 UTC. error.retryAt: 2026-01-05 09:31:30 UTC.');
  expect(text).toContain('moved on to the reopening: 2026-01-05 10:01:30 UTC');
});

test('it says that printed secrets are thrown away', () => {
  expect(telling.lines.join(' ')).toContain('made for this run and thrown away');
});

test('the QR code on the terminal is the one of the typed-in secret', () => {
  const uri = scanTerminal(qrLines(telling.lines));
  const secret = telling.lines.find((line) => line.includes('?secret='))?.trim();
  expect(secret).toMatch(/^\?secret=[A-Z2-7]{32}$/);
  expect(uri).toContain(secret);
});

test('without colours there is no escape sequence', () => {
  expect(telling.lines.join('')).not.toContain(ESCAPE);
});

test('no line is wider than 80 columns', () => {
  expect(telling.lines.filter((line) => line.length > 80)).toEqual([]);
});

test('with colours each line of the QR code is black on white, and the text is the same', async () => {
  const coloured = await tell({ colour: true, create: broken({}) });
  expect(coloured.exitCode).toBe(0);
  const rows = coloured.lines.filter((line) => line.includes('▀'));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) expect(row).toMatch(new RegExp(`^ +${ESCAPE}\\[38;5;16;48;5;231m[ ▀▄█]+${ESCAPE}\\[0m$`));
  const plain = coloured.lines.map((line) => line.replaceAll(new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g'), ''));
  expect(plain.find((line) => line.startsWith('1.5'))).toBe('1.5   She mistypes the first code.');
  expect(scanTerminal(qrLines(plain))).toMatch(/^otpauth:/);
});

function qrLines(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => /^[ ▀▄█]+$/.test(line));
}
