/** Every block of docs/store/redis.md compiles, and those for one server run. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mfa, MfaStore } from '@mfakit/core';
import { startRedis, type RedisServer } from '@mfakit/redis-server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { OWN_REDIS_MISSING } from './database.ts';

const packageFolder = join(import.meta.dirname, '..');
const page = readFileSync(join(packageFolder, '../../docs/store/redis.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
const programs = blocks('ts');
const programWith = (text: string): string => programs.find((code) => code.includes(text)) ?? '';

// Inside the package, so that the compiler finds what the page imports.
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(packageFolder, 'test', '.docs-'));
  for (const [index, block] of programs.entries()) writeFileSync(join(folder, `block-${index}.ts`), block);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program of the page, at whose end the clients that it leaves open are closed. */
async function run(code: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, `run-${programs.indexOf(code)}.ts`);
  const constants = [...code.matchAll(/^const (redis|client) =/gm)].map(([, name]) => name);
  writeFileSync(file, `${code}\nexport { ${constants.join(', ')} };\n`);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
  onTestFinished(() => {
    (module['redis'] as { disconnect(): void } | undefined)?.disconnect();
    (module['client'] as { destroy(): void } | undefined)?.destroy();
  });
  return module;
}

test('the TypeScript compiles', () => {
  expect(programs.length).toBeGreaterThan(3);
  const options = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: { noEmit: true, rootDir: '../../../..' },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const compiler = join(
    dirname(createRequire(join(packageFolder, '../../package.json')).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

describe.skipIf(OWN_REDIS_MISSING)('on one server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    // As the page sets it up, without the replicas that this one does not have.
    const lines = (blocks('conf')[0] ?? '').split('# With replicas')[0]?.trim().split('\n') ?? [];
    server = await startRedis(Object.fromEntries(lines.map((line) => line.split(' ') as [string, string])));
    vi.stubEnv('REDIS_URL', server.url);
    vi.stubEnv('MFA_KEY', randomBytes(32).toString('base64'));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });

  test('the first program connects, and its check passes', async () => {
    const { mfa } = (await run(programWith('createMfa'))) as { mfa: Mfa };
    expect(await mfa.begin('alice')).toMatchObject({ next: 'signed-in' });
  });

  test('node-redis connects', async () => {
    const { store } = (await run(programWith('createClient('))) as { store: MfaStore };
    expect(await store.read('alice')).toBeNull();
  });

  test('events are pruned', async () => {
    const printed = vi.spyOn(console, 'log').mockReturnValue();
    onTestFinished(() => printed.mockRestore());
    await run(programWith('pruneEvents'));
    expect(printed.mock.calls).toEqual([[0]]);
  });
});
