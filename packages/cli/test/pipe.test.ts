import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProject, type Project } from './project.ts';

let project: Project;
beforeAll(async () => {
  project = await createProject();
  await project.enroll('ann', 'ben');
});
afterAll(() => project.remove());

test('status tells what is known, without a header and with tabs', async () => {
  const { code, stdout, stderr } = await project.run('status ann');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^user\tann\nenabled\tyes\nfactors\tAuthenticator app \(totp, since /);
  expect(stdout).toMatch(/\nbackupCodes\t10\n/);
});

test('keygen prints a key and nothing else, another one each time', async () => {
  const [one, other] = await Promise.all([project.run('keygen'), project.run('keygen')]);
  expect(Buffer.from(one.stdout.trim(), 'base64')).toHaveLength(32);
  expect(one.stdout).not.toBe(other.stdout);
  expect(one.stderr).toBe('');
});

test.each([
  ['unlock ann', 'unlock'],
  ['reset ann', 'reset'],
  ['forget ann', 'forget'],
  ['exempt ann', 'exempt'],
  ['prune --before 1d', 'prune'],
  ['rekey', 'rekey'],
])('%s: ends with 4 and names the flag', async (args) => {
  const { code, stdout, stderr } = await project.run(args);
  expect(code).toBe(4);
  expect(stdout).toBe('');
  expect(stderr).toContain('--yes');
  expect((await project.mfa.status('ann')).enabled).toBe(true);
});

test('every change records who acts', async () => {
  await project.enroll('cid');
  await project.mfa.passwordFailed('cid');
  for (const args of ['unlock cid', 'enforce cid', 'exempt cid', 'reset cid']) {
    expect(await project.run(`${args} --yes --actor erin`)).toMatchObject({ code: 0 });
  }
  const events = (await project.mfa.history('cid')).filter(({ actor }) => actor === 'erin');
  expect(events.map(({ type }) => type)).toEqual(['reset', 'exempted', 'enforced', 'account_unlocked']);
});

test('forget erases a user with every event, once', async () => {
  await project.enroll('dan');
  const first = await project.run('forget dan --yes --json');
  expect(first).toMatchObject({
    code: 0,
    lines: [
      { user: 'dan', outcome: 'forgotten' },
      { outcome: 'ok', done: 1 },
    ],
  });
  expect(await project.mfa.status('dan')).toMatchObject({ enabled: false, factors: [] });
  expect(await project.mfa.history('dan')).toEqual([]);
  const again = await project.run('forget dan --yes --json');
  expect(again).toMatchObject({ code: 0, lines: [{ user: 'dan', outcome: 'unchanged' }, { unchanged: 1 }] });
});

test('rekey moves everybody to the newest key, with the actor in the events', async () => {
  const newest = randomBytes(32).toString('base64');
  const env = { ...project.env, MFAKIT_KEYS: `${newest}\n${project.key}\n` };
  const { code, lines } = await project.run('rekey --yes --json --actor erin', { env });
  expect(code).toBe(0);
  expect(lines).toMatchObject([
    { type: 'rekey', rekeyed: 2 },
    { type: 'result', outcome: 'ok', rekeyed: 2, unreadable: 0 },
  ]);
  expect((await project.mfa.history('ann'))[0]).toMatchObject({ type: 'rekeyed', actor: 'erin' });
  const back = await project.run('rekey --yes', { env: { ...project.env, MFAKIT_KEYS: `${project.key},${newest}` } });
  expect(back.code).toBe(0);
});
