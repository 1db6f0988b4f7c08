import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject, type Project } from './project.ts';

let project: Project;
beforeAll(async () => {
  project = await createProject();
  await project.enroll('ann', 'ben');
  for (let count = 0; count < 10; count++) await project.mfa.passwordFailed('ben').catch(() => undefined);
});
afterAll(() => project.remove());

const row = (id: string, secret: string): string => JSON.stringify({ id, secret });
const file = (name: string, text: string): void => writeFileSync(join(project.folder, name), text);

describe('list', () => {
  test('users in a state, as lines of JSON with the result last', async () => {
    const { code, lines } = await project.run('list locked --json');
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { type: 'user', user: 'ben', factors: ['totp'], backupCodes: 10 },
      { type: 'result', outcome: 'ok', users: 1 },
    ]);
  });

  test('users of a key', async () => {
    const keys = await project.run('keys --json');
    const { stdout } = await project.run(`list --key ${String(keys.lines[0]?.['key'])} --limit 1`);
    expect(stdout).toMatch(/^ann\ttotp\t10\t-\t-\n$/);
  });

  test('those without MFA among ids on standard input', async () => {
    const { stdout } = await project.run('list without-mfa', { input: 'ann\nzoe\n\nben\r\nyan' });
    expect(stdout).toBe('zoe\t-\nyan\t-\n');
  });

  test.each(['list', 'list wrong', 'list locked --key a', 'list locked --limit x'])('%s: ends with 2', async (args) => {
    expect(await project.run(args)).toMatchObject({ code: 2, stdout: '' });
  });
});

test('stats count', async () => {
  const { stdout } = await project.run('stats');
  expect(stdout).toContain('users\t2\nenabled\t2\n');
  expect(stdout).toContain('state locked\t1\n');
});

test('check has a line for each part, and ends with 3 if users need a key that is missing', async () => {
  const sound = await project.run('check --json');
  expect(sound.lines.map(({ part, state }) => `${String(part)} ${String(state)}`)).toEqual(
    expect.arrayContaining(['store ok', 'library ok', 'keys ok', 'outbox ok']),
  );
  expect(sound.code).toBe(0);
  const other = (await project.run('keygen')).stdout.trim();
  const red = await project.run('check', { env: { ...project.env, MFAKIT_KEYS: other } });
  expect(red.code).toBe(3);
  expect(red.stdout).toContain('keys\tred\t2 users need a key');
});

describe('users on standard input', () => {
  test('each has a row; one that is refused stops no other, and shows in the exit code', async () => {
    const input = `ann\n${'x'.repeat(300)}\nben\n`;
    const { code, lines } = await project.run('exempt - --until 30d --yes --json --reason audit', { input });
    expect(code).toBe(3);
    expect(lines).toMatchObject([
      { user: 'ann', outcome: 'exempted' },
      { outcome: 'invalid_input' },
      { user: 'ben', outcome: 'exempted' },
      { type: 'result', outcome: 'attention', done: 2, failed: 1 },
    ]);
    expect((await project.mfa.history('ben'))[0]).toMatchObject({ type: 'exempted', reason: 'audit' });
  });

  test('without --yes: ends with 4, and nothing is done', async () => {
    const { seq } = await project.mfa.status('ann');
    expect(await project.run('reset -', { input: 'ann\n' })).toMatchObject({ code: 4, stdout: '' });
    expect((await project.mfa.status('ann')).seq).toBe(seq);
  });
});

test('a user of whom nothing is known: nothing is changed, and a note asks for the id', async () => {
  const { code, stdout, stderr } = await project.run('unlock typo --yes');
  expect(code).toBe(0);
  expect(stdout).toBe('typo\tunchanged\n');
  expect(stderr).toContain('Is the id right?');
});

test('unlock, enforce and break-glass, without the keys', async () => {
  const { MFAKIT_KEYS: _, ...env } = project.env;
  expect((await project.run('unlock ben --yes', { env })).stdout).toBe('ben\tunlocked\n');
  expect((await project.mfa.status('ben')).locked).toBe(false);
  await project.run('enforce zoe --from 2026-01-01', { env });
  expect((await project.mfa.begin('zoe')).next).toBe('enroll');
  const glass = await project.run('break-glass zoe --minutes 5 --reason outage --yes', { env });
  expect(glass.code).toBe(0);
  expect((await project.mfa.begin('zoe')).next).toBe('signed-in');
  expect(await project.run('break-glass zoe --yes', { env })).toMatchObject({ code: 2 });
  // Nothing was sealed under another key.
  expect(await project.mfa.keyReport()).toMatchObject([{ configured: true, users: 2 }]);
});

test('prune removes old events', async () => {
  expect(await project.run('prune --before 1d --yes')).toMatchObject({ code: 0, stdout: '0\n' });
  expect(await project.run('prune --before tomorrow --yes')).toMatchObject({ code: 2 });
});

test('the outbox gets what the command line changes, and shows what is parked', async () => {
  const entries = project.store.outbox!;
  const entry = (await entries.claim(1000, 60)).find(({ event }) => event.type === 'break_glass');
  await entries.retry(entry!.id, null, 'no such mailbox');
  const { code, stdout } = await project.run('outbox');
  expect(code).toBe(3);
  expect(stdout).toContain('parked\t1\n');
  expect(stdout).toContain(`${entry!.id}\tzoe\tbreak_glass\t`);
  expect(await project.run(`outbox drop ${entry!.id}`)).toMatchObject({ code: 4 });
  expect(await project.run(`outbox retry ${entry!.id}`)).toMatchObject({ code: 0 });
  expect(await project.run(`outbox drop ${entry!.id} --yes`)).toMatchObject({ code: 0 });
  expect(await project.run(`outbox drop ${entry!.id} --yes`)).toMatchObject({ code: 1 });
});

test('policy preview says who would be shut out', async () => {
  const rules = [{ id: 'staff', groups: ['staff'], require: true, from: '2026-01-01T00:00:00Z' }];
  file('policy.json', JSON.stringify({ rules }, null, 2));
  const input = '{"userId":"ann","groups":["staff"]}\n{"userId":"max","groups":["staff"]}\n';
  const { code, lines } = await project.run('policy preview --policy policy.json --users - --json', { input });
  expect(code).toBe(3);
  expect(lines[0]).toMatchObject({ rule: 'staff', users: 2, enrolled: 1, shutOut: 1, shutOutUsers: ['max'] });
});

describe('import', () => {
  const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const rows = [row('i-1', SECRET), row('i-2', 'not base32!'), row('i-3', SECRET)].join('\n');

  test('a dry run writes nothing; a run takes users over; a second one changes nobody', async () => {
    file('rows.ndjson', rows);
    const args = 'import columns --set encoding=base32 --rows rows.ndjson --report report.ndjson';
    const dry = await project.run(`${args} --dry-run`);
    expect(dry.code).toBe(3);
    expect(dry.stdout).toContain('imported\t2\nskipped\t1\n');
    expect((await project.mfa.status('i-1')).enabled).toBe(false);
    expect(await project.run(args)).toMatchObject({ code: 4 });
    const first = await project.run(`${args} --yes --json --actor erin`);
    expect(first.lines).toMatchObject([
      { type: 'row', userId: 'i-1', outcome: 'imported' },
      { type: 'row', userId: 'i-2', outcome: 'skipped' },
      { type: 'row', userId: 'i-3', outcome: 'imported' },
      { type: 'result', outcome: 'attention', imported: 2, skipped: 1 },
    ]);
    expect(first.stdout + first.stderr).not.toContain(SECRET);
    expect((await project.mfa.history('i-1'))[0]).toMatchObject({ type: 'imported', actor: 'erin' });
    const second = await project.run(`${args} --yes`);
    expect(second.stdout).toContain('unchanged\t2\n');
  });

  test('a source that is not known, an option that is missing, and a secret in a flag: end with 2', async () => {
    expect((await project.run('import nothing --rows rows.ndjson')).stderr).toContain('better-auth');
    expect((await project.run('import columns --rows rows.ndjson')).stderr).toContain('--set encoding=');
    const { code, stderr } = await project.run('import laravel-fortify --rows rows.ndjson --set appKey=hunter2');
    expect(code).toBe(2);
    expect(stderr).toContain('APP_KEY');
    expect(stderr).not.toContain('hunter2');
  });

  test('Ctrl-C in a pipe: ends with 130, and running it again finishes it', { timeout: 120_000 }, async () => {
    const many = Array.from({ length: 300 }, (_, index) => row(`many-${index}`, SECRET)).join('\n');
    file('many.ndjson', many);
    const args = 'import columns --set encoding=base32 --rows many.ndjson --yes --json';
    let sent = false;
    const stopped = await project.run(args, {
      onOutput(printed, child) {
        if (sent || !printed.includes('many-3')) return;
        sent = true;
        child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('mfakit import columns --rows many.ndjson');
    const done = stopped.lines.filter(({ outcome }) => outcome === 'imported').length;
    expect(done).toBeLessThan(300);
    const rest = await project.run(args);
    expect(rest.lines.at(-1)).toMatchObject({ imported: 300 - done, unchanged: done });
  });
});
