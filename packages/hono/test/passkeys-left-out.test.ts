import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** An application as a bundler makes it, with or without the routes for passkeys. */
async function bundled(imports: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { createMfa } from '@mfakit/core';
        export { createHandler, openapi } from '@mfakit/http';
        export { createClient } from '@mfakit/http/client';
        export { mfaRouter, requireMfa } from '@mfakit/hono';
        ${imports}`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@mfakit/source'],
    external: ['node:*', '@node-rs/argon2'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

const OF_PASSKEYS = [
  'webauthn',
  'creation_options',
  'request_options',
  'clientDataJSON',
  '/passkey/',
  '/mfa/challenge',
];

test('an application that does not import the routes for passkeys carries none of them', async () => {
  const text = await bundled('');
  expect(OF_PASSKEYS.filter((word) => text.includes(word))).toEqual([]);
});

test('one that does has them', async () => {
  const text = await bundled(`export { passkeyRoutes } from '@mfakit/http/passkeys';`);
  expect(OF_PASSKEYS.filter((word) => !text.includes(word))).toEqual([]);
});
