import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject, type Project } from './project.ts';
import { onTerminal, type Session } from './terminal.ts';

const COLOR = '\u001B[1m';

let project: Project;
beforeAll(async () => {
  project = await createProject();
  await project.enroll('ann', 'ben');
});
afterAll(() => project.remove());

const start = (args: string, env: Readonly<Record<string, string>> = {}): Promise<Session> =>
  onTerminal(args.split(' '), { cwd: project.folder, env: { ...project.env, ...env } });

describe('a table', () => {
  test('has a header in bold, and columns', async () => {
    const session = await start('history ann');
    expect(await session.ended()).toBe(0);
    expect(session.shown()).toContain(`${COLOR}SEQ  AT `);
    expect(session.shown()).toMatch(/\r\n1 {4}\d{4}-.* {2}setup_started {2}/);
  });

  test.each([
    ['NO_COLOR', 'history ann', { NO_COLOR: '1' }],
    ['TERM=dumb', 'history ann', { TERM: 'dumb' }],
    ['--no-color', 'history ann --no-color', {}],
  ])('%s: has no color', async (_name, args, env) => {
    const session = await start(args, env);
    expect(await session.ended()).toBe(0);
    expect(session.shown()).toContain('SEQ  AT ');
    expect(session.shown()).not.toContain('\u001B');
  });
});

describe('what removes protection', () => {
  test('reset: asks for the id again, and does it', async () => {
    await project.enroll('cid');
    const session = await start('reset cid');
    await session.sees('Type cid to go on: ');
    expect((await project.mfa.status('cid')).enabled).toBe(true);
    session.type('cid\r');
    expect(await session.ended()).toBe(0);
    expect((await project.mfa.status('cid')).enabled).toBe(false);
  });

  test.each([
    ['another id', 'ben\r'],
    ['yes', 'yes\r'],
    ['nothing', '\r'],
    ['the end of input', '\u0004'],
  ])('reset: %s is no', async (_name, keys) => {
    const session = await start('reset ann');
    await session.sees('Type ann to go on: ');
    session.type(keys);
    expect(await session.ended()).toBe(4);
    expect((await project.mfa.status('ann')).enabled).toBe(true);
  });

  test('unlock: yes is enough; Ctrl-C ends it with 130', async () => {
    const stopped = await start('unlock ann');
    await stopped.sees('Type yes to go on: ');
    stopped.type('\u0003');
    expect(await stopped.ended()).toBe(130);
    const done = await start('unlock ann');
    await done.sees('Type yes to go on: ');
    done.type('yes\r');
    expect(await done.ended()).toBe(0);
  });
});

test('Ctrl-C stops a rekey between users, and says how to go on', { timeout: 60_000 }, async () => {
  const users = Array.from({ length: 900 }, (_, index) => `user ${String(index).padStart(4, '0')}`);
  for (const userId of users) await project.mfa.setup({ userId }, { accountName: userId });
  const newest = randomBytes(32).toString('base64');
  const env = { MFAKIT_KEYS: `${newest},${project.key}` };
  const session = await start('rekey --yes --concurrency 1', env);
  await session.sees(/users read, \d+ sealed anew/);
  session.type('\u0003');
  expect(await session.ended()).toBe(130);
  const [, after = ''] = /mfakit rekey --after '(user \d+)' --concurrency 1/.exec(session.shown()) ?? [];
  expect(after).not.toBe('');

  const left = await project.run('keys --json', { env: { ...project.env, ...env } });
  const old = Number(left.lines.find(({ state }) => state === 'opens')?.['users']);
  expect(old).toBeGreaterThan(0);
  const rest = await project.run('rekey --yes --json', { env: { ...project.env, ...env } });
  expect(rest.lines.at(-1)).toMatchObject({ outcome: 'ok', rekeyed: old, unreadable: 0 });
});
