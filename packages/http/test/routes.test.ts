/** Routes: adding one takes a file in `src/routes` and one line in each of two lists, and nothing else. */
import { createHandler, ROUTES } from '@mfakit/http';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import type { createClient } from '@mfakit/http/client';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { routeFinder } from '../src/find-route.ts';
import { PASSKEY_PATHS } from '../src/passkeys/paths.ts';
import * as passkeysListed from '../src/passkeys/route-list.ts';
import { PATHS } from '../src/paths.ts';
import * as listed from '../src/route-list.ts';
import { startApplication } from './application.ts';
import { compile } from './guide-page.ts';

const source = join(import.meta.dirname, '../src');
const names = Object.keys(PATHS) as (keyof typeof PATHS)[];

/** `removeFactor` is in `remove-factor.ts`. */
function fileOf(name: string): string {
  return `${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`;
}

test('every path has its row, and every row its path', () => {
  expect(Object.keys(listed).toSorted()).toEqual(names.toSorted());
  expect(Object.keys(ROUTES)).toEqual(names);
  for (const name of names) {
    expect(ROUTES[name]).toMatchObject(PATHS[name]);
    expect(routeFinder(PATHS)(PATHS[name].path.replace('{id}', 'x'))).toMatchObject({ name });
  }
});

test('every file in src/routes is in the table exactly once, under its own name', async () => {
  expect(readdirSync(join(source, 'routes')).toSorted()).toEqual(names.map(fileOf).toSorted());
  const rows: readonly unknown[] = Object.values(ROUTES);
  for (const name of names) {
    const exported = (await import(join(source, 'routes', fileOf(name)))) as Readonly<Record<string, unknown>>;
    const own = Object.entries(exported).filter(([, value]) => rows.includes(value));
    expect(own).toEqual([[name, ROUTES[name]]]);
  }
});

test('no other file singles out a route', () => {
  const lists = ['paths.ts', 'route-list.ts'];
  const others = readdirSync(source).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !lists.includes(file),
  );
  const singledOut = new RegExp(String.raw`\b(?:ROUTES|PATHS|routes)\.\w|['"](?:${names.join('|')})['"]`);
  expect(others.filter((file) => singledOut.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
});

test('the routes for passkeys: every path has its row and its file, and no path or name of the table is taken', async () => {
  const passkeyNames = Object.keys(PASSKEY_PATHS) as (keyof typeof PASSKEY_PATHS)[];
  expect(Object.keys(passkeysListed).toSorted()).toEqual(passkeyNames.toSorted());
  expect(readdirSync(join(source, 'passkeys/routes')).toSorted()).toEqual(passkeyNames.map(fileOf).toSorted());
  for (const name of passkeyNames) {
    expect(passkeyRoutes[name]).toMatchObject(PASSKEY_PATHS[name]);
    expect(names).not.toContain(name);
    expect(Object.values(PATHS).map(({ path }) => path)).not.toContain(PASSKEY_PATHS[name].path);
    const exported = (await import(join(source, 'passkeys/routes', fileOf(name)))) as object;
    expect(Object.values(exported)).toContain(passkeyRoutes[name]);
  }
  // What takes the place of a route of the table has its address.
  const retaken = names.filter((name) => name in passkeyRoutes);
  expect(retaken.map((name) => Reflect.get(passkeyRoutes, name) as unknown)).toMatchObject(
    retaken.map((name) => PATHS[name]),
  );
});

/** A route as someone would add it. */
const GREETING = `
import * as z from 'zod';
import { PATHS } from '../paths.ts';
import type { SessionRoute } from '../route.ts';

export const greetFactor: SessionRoute<{ readonly word: string }, { readonly greeting: string }> = {
  ...PATHS.greetFactor,
  summary: 'Greet a factor',
  who: 'session',
  inputFrom: 'body',
  input: z.strictObject({ word: z.string() }),
  reply: z.strictObject({ greeting: z.string() }),
  refusals: ['factor_not_found'],
  call: async ({ id, accountName, input }) => ({ reply: { greeting: [input.word, id, accountName].join(' ') } }),
};
`;

const USE = `
import { createClient, type Client } from './src/client.ts';
const client: Client = createClient({ baseUrl: '' });
export const greeting: Promise<{ readonly greeting: string }> = client.greetFactor('x', { word: 'Hello' });
// @ts-expect-error the body is needed
void client.greetFactor('x');
`;

test('one file and two lines make a route of the handler, the client, the types and the document', async () => {
  const folder = mkdtempSync(join(import.meta.dirname, '.route-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const copy = join(folder, 'src');
  cpSync(source, copy, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  const edit = (file: string, before: RegExp, line: string): void => {
    const text = readFileSync(join(copy, file), 'utf8');
    writeFileSync(
      join(copy, file),
      text.replace(before, (found) => `${line}\n${found}`),
    );
  };
  writeFileSync(join(copy, 'routes/greet-factor.ts'), GREETING);
  edit('paths.ts', /^\} as const;/m, `  greetFactor: { method: 'POST', path: '/totp/greet/{id}' },`);
  edit('route-list.ts', /^export/m, `export { greetFactor } from './routes/greet-factor.ts';`);
  writeFileSync(join(folder, 'use.ts'), USE);

  expect(compile(folder, 'use.ts')).toBe('');
  const http = (await import(join(copy, 'index.ts'))) as {
    createHandler: typeof createHandler;
    openapi(): unknown;
  };
  const browser = (await import(join(copy, 'client.ts'))) as { createClient: typeof createClient };
  const app = startApplication();
  const host = { session: () => ({ userId: 'alice', accountName: 'Alice' }), account: () => null, signIn: () => {} };
  const handle = http.createHandler(app.mfa, host, app.options());
  const client: unknown = browser.createClient({
    baseUrl: 'https://app.example/api/auth',
    fetch: async (url, init) => handle(new Request(url, init)),
  });
  const { greetFactor } = client as { greetFactor(id: string, input: object): Promise<unknown> };
  expect(await greetFactor('phone', { word: 'Hello' })).toEqual({ greeting: 'Hello phone Alice' });
  await expect(greetFactor('phone', { words: 'Hello' })).rejects.toMatchObject({ status: 422 });
  expect(http.openapi()).toMatchObject({
    paths: {
      '/totp/greet/{id}': { post: { operationId: 'greetFactor', requestBody: { required: true }, parameters: [{}] } },
    },
    components: { schemas: { GreetFactorBody: { required: ['word'] }, GreetFactorReply: { required: ['greeting'] } } },
  });
});
