import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseSecrets } from '../src/secret-arguments.ts';
import { createProject, type Project } from './project.ts';

let project: Project;
beforeAll(async () => {
  project = await createProject();
  await project.enroll('ann', 'ben');
});
afterAll(() => project.remove());

const KEY = 'q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=';
const URL_TEXT = 'postgres://app:hunter2hunter2@localhost/app';

describe('an argument that looks like a secret', () => {
  test.each([
    ['a key', ['status', KEY], 'MFAKIT_KEYS'],
    ['a key in base64url without padding', ['status', KEY.replace('=', '').replaceAll('/', '_')], 'MFAKIT_KEYS'],
    ['the value of a flag', ['keys', `--actor=${KEY}`], 'MFAKIT_KEYS'],
    ['the flag of another tool', ['keys', '--keys', 'short'], 'MFAKIT_KEYS'],
    ['a URL with a password', ['list', 'locked', URL_TEXT], 'MFAKIT_DATABASE_URL'],
    ['a URL without one', ['list', 'locked', 'mysql://localhost/app'], 'MFAKIT_DATABASE_URL'],
    ['the flag for a URL', ['check', '--database-url=x'], 'MFAKIT_DATABASE_URL'],
    ['the secret of an app', ['status', 'JBSWY3DPEHPK3PXP'], 'standard input'],
    ['an otpauth URI', ['status', 'otpauth://totp/a?secret=JBSWY3DPEHPK3PXP'], 'No command takes one'],
  ])('%s: is refused, and the refusal names what to use', (_name, args, instead) => {
    const refused = (): void => refuseSecrets(args);
    expect(refused).toThrow(instead);
    for (const secret of [KEY, 'hunter2', 'JBSWY3', 'short']) expect(refused).not.toThrow(secret);
  });

  test.each([
    ['an id', ['status', '01JCKXB4M2W8F1Q0ZC7V9T5RDE']],
    ['an address', ['status', 'ann@example.org']],
    ['a UUID', ['unlock', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']],
    ['the id of a key', ['list', '--key', 'mUkbUc0Zb9E']],
    ['a path', ['keys', '--keys-file', '/run/secrets/keys']],
  ])('%s is none', (_name, args) => {
    expect(() => refuseSecrets(args)).not.toThrow();
  });
});

test('a URL with a password as an argument ends with 2, before anything is opened', async () => {
  const { code, stdout, stderr } = await project.run(`status ${URL_TEXT}`);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('MFAKIT_DATABASE_URL');
  expect(stderr).not.toContain('hunter2');
});

test('an unknown flag is named without its value', async () => {
  const { code, stderr } = await project.run('status --pin=4711 ann');
  expect(code).toBe(2);
  expect(stderr).toContain('--pin');
  expect(stderr).not.toContain('4711');
});

test('a database that does not answer: the password of its URL is in no output', async () => {
  const env = { ...project.env, MFAKIT_DATABASE_URL: 'postgres://app:hunter2hunter2@127.0.0.1:1/app' };
  const { code, stdout, stderr } = await project.run('status ann --json', { env });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^\{"type":"result","outcome":"failed","code":"\w+"\}\n$/);
  expect(stdout + stderr).not.toContain('hunter2');
  const broken = await project.run('status ann', {
    env: { ...env, MFAKIT_DATABASE_URL: 'postgres://app:hunter2@:x/%' },
  });
  expect(broken.code).toBe(1);
  expect(broken.stderr).not.toContain('hunter2');
});

test('keys come from a file, or from standard input', async () => {
  writeFileSync(join(project.folder, 'keys'), `${project.key}\n`);
  const { MFAKIT_KEYS: _, ...env } = project.env;
  expect(await project.run('keys', { env })).toMatchObject({ code: 2, stdout: '' });
  expect(await project.run('keys --keys-file keys', { env })).toMatchObject({ code: 0 });
  expect(await project.run('keys --keys-file -', { env, input: project.key })).toMatchObject({ code: 0 });
});

test('a key that is none is told by its place', async () => {
  const { code, stderr } = await project.run('keys', {
    env: { ...project.env, MFAKIT_KEYS: `${project.key},hunter2hunter2` },
  });
  expect(code).toBe(1);
  expect(stderr).toContain('keys[1]');
  expect(stderr).not.toContain('hunter2');
});

test('no key, secret or backup code is in any output', { timeout: 120_000 }, async () => {
  const newest = randomBytes(32).toString('base64');
  const env = { ...project.env, MFAKIT_KEYS: `${newest},${project.key}` };
  const commands = [
    'check',
    'keys',
    'status ann',
    'history ann',
    'list few-codes',
    'stats',
    'outbox status',
    'rekey',
    'reset ann',
    'unlock -',
    'forget ann',
  ];
  for (const command of commands) {
    for (const flags of ['--yes', '--yes --json']) {
      const { stdout, stderr } = await project.run(`${command} ${flags}`, {
        env,
        ...(command.endsWith('-') && { input: 'ann\nben\n' }),
      });
      for (const secret of [newest, ...project.secrets]) expect(stdout + stderr).not.toContain(secret);
    }
  }
});

test('what a database holds cannot command a terminal or forge a line', async () => {
  await project.mfa.enforce('eve\u001B[2J\n', {}, { actor: 'x\u202Ey' });
  const { stdout } = await project.run('list overdue');
  expect(stdout).toContain('eve\\u{1b}[2J\\u{a}\t');
  expect(stdout).not.toContain('\u001B');
});
