/** The examples in the doc comments of `Mfa`, which editors show: each compiles, and each runs against an application. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ROOT } from './pages.ts';
import { LIB } from './programs.ts';

const FOLDER = join(ROOT, 'docs/dist/doc-examples');

/** What every example finds: an application, `userId` who has an app and is signing in, and `newUserId` who has nothing. */
const PRELUDE = `
import { createMfa, type MfaError } from '@mfakit/core';
import { memoryStore } from '@mfakit/memory';
import { quickHasher, testClock, virtualAuthenticator } from '@mfakit/testkit';

const clock = testClock();
const keys = ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='];
const password = 'correct horse';
const verifyPassword = async (_userId: string, given: string) => given === password;
const mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys, verifyPassword, hasher: quickHasher, clock });
const [userId, newUserId] = ['ann', 'bob'];
const staged = await mfa.setup({ userId }, { accountName: 'ann@example.com' });
const phone = virtualAuthenticator(staged.uri);
await mfa.confirm({ userId }, { code: phone.code(clock()) });
clock.advance({ seconds: 30 });
const code = phone.code(clock());
const step = await mfa.begin(userId);
const token = step.next === 'verify' ? step.token : '';
export const given = [virtualAuthenticator, password, userId, newUserId, code, token, null as MfaError | null];
`;

const source = readFileSync(join(ROOT, 'packages/core/src/api.ts'), 'utf8');
const comments = [
  ...source.slice(source.indexOf('export interface Mfa {')).matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+(\w+)\(/g),
];
const examples = comments.flatMap(([, comment = '', name = '']) => {
  const [, example] = /@example\n +\* ```ts\n([\s\S]*?) +\* ```/.exec(comment) ?? [];
  return example === undefined
    ? []
    : [{ name, code: example.replaceAll(/^ +\* ?/gm, ''), file: join(FOLDER, `${name}.ts`) }];
});

const program = (code: string): string => `${PRELUDE}\n{\n${code}\n}\n`;

describe('the examples of Mfa', () => {
  let complaints: readonly string[] = [];
  beforeAll(() => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    for (const { file, code } of examples) writeFileSync(file, program(code));
    writeFileSync(join(FOLDER, 'wrong.ts'), program('await mfa.verify({ token });'));
    const config = join(FOLDER, 'tsconfig.json');
    const compilerOptions = { noEmit: true, lib: LIB };
    const base = join(ROOT, 'tsconfig.base.json');
    writeFileSync(config, JSON.stringify({ extends: base, compilerOptions, include: ['*.ts'] }));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' });
    complaints = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
  });

  test('every method has one', () => {
    const methods = comments.map(([, , name]) => name);
    expect(methods.length).toBeGreaterThan(25);
    // The second signature of `setup` is the first one for an app.
    expect(examples.map(({ name }) => name)).toEqual([...new Set(methods)]);
  });

  test('each compiles, and what does not is found', () => {
    expect(complaints).toEqual([expect.stringMatching(/wrong\.ts\(\d+,\d+\): error TS/)]);
  });

  test.each(examples)('$name runs', async ({ file }) => {
    vi.spyOn(console, 'log').mockReturnValue();
    try {
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    } finally {
      vi.restoreAllMocks();
    }
  });
});
