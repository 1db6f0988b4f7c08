import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Mfa, MfaEvent } from '@mfakit/core';
import { testApplication } from '@mfakit/testkit';
import { sqliteStore } from '../src/index.ts';
import { application, enroll, NOW } from './application.ts';
import { emptyFile } from './database-file.ts';
import { drivers } from './drivers.ts';

const blocksOf = (page: string): readonly string[] =>
  [...readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, code = '']) => code,
  );
const restoring = blocksOf('operate/recovery.md').find((code) => code.includes('afterRestore')) ?? '';
const connecting = blocksOf('store/sqlite.md');

// Below the package, so that its dependencies are found.
mkdirSync(join(import.meta.dirname, '../node_modules/.cache'), { recursive: true });
const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.cache/docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(name: string, code: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return import(/* @vite-ignore */ pathToFileURL(file).href) as Promise<Readonly<Record<string, unknown>>>;
}

test('every block of the page that opens a database runs', async ({ skip }) => {
  const driver = drivers.find(({ name }) => name === 'better-sqlite3');
  skip(driver?.skipped !== undefined, driver?.skipped);
  expect(connecting.length).toBeGreaterThan(3);
  vi.stubEnv('MFA_KEY', testApplication().options.keys[0]);
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => {
    vi.unstubAllEnvs();
    printed.mockRestore();
  });
  for (const [index, code] of connecting.entries()) {
    const inFolder = code.replaceAll(/(['"`])mfa/g, (_, quote: string) => `${quote}${folder}/mfa`);
    await run(`block-${index}`, inFolder);
  }
  const { mfa } = (await run('first', connecting[0]?.replace('mfa.db', join(folder, 'mfa.db')) ?? '')) as { mfa: Mfa };
  expect(await mfa.begin('alice')).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 0 });
  expect(printed.mock.calls).toEqual([[{ users: 0 }, []], ['0 events removed']]);
  expect(readdirSync(folder).filter((name) => /^mfa-\d+\.db$/.test(name))).toHaveLength(1);
});

test('R-32: a restored backup revives what was spent since, until the repair of the page has run', async () => {
  const file = emptyFile();
  onTestFinished(() => file.remove());
  const live = file.connect();
  live.exec(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'));
  const store = sqliteStore(live);
  const spender = await enroll(store, 'spender');
  const idle = await enroll(store, 'idle');
  live.prepare('VACUUM INTO ?').run(`${file.path}.backup`);
  const [backupCode = ''] = spender.backupCodes;
  await application(store).stepUp('spender', { backupCode });
  await enroll(store, 'newcomer');
  const since = (await Promise.all(['spender', 'idle', 'newcomer'].map((id) => store.events(id, { limit: 9 }))))
    .flat()
    .filter((event) => event.userId === 'newcomer' || event.seq > 2);

  const backup = emptyFile();
  onTestFinished(() => backup.remove());
  writeFileSync(backup.path, readFileSync(`${file.path}.backup`));
  const mfa = application(sqliteStore(backup.connect()), NOW + 5 * 60_000);
  expect((await mfa.stepUp('spender', { backupCode })).method).toBe('backup_code');
  expect(await mfa.begin('newcomer')).toEqual({ next: 'signed-in', sessionEpoch: 0, seq: 0 });

  const { afterRestore } = (await run('restoring', restoring)) as {
    readonly afterRestore: (mfa: Mfa, events: readonly MfaEvent[]) => Promise<void>;
  };
  await afterRestore(mfa, since);
  await expect(mfa.stepUp('spender', { backupCode })).rejects.toMatchObject({ code: 'not_enabled' });
  expect(await mfa.begin('spender')).toMatchObject({ next: 'enroll' });
  expect(await mfa.begin('newcomer')).toMatchObject({ next: 'enroll' });
  expect(await mfa.begin('idle')).toMatchObject({ next: 'verify' });
  expect((await mfa.stepUp('idle', { code: idle.phone.code(NOW + 5 * 60_000) })).method).toBe('totp');
});
