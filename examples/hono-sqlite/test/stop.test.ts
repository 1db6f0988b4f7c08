/** The example as a process that is told to stop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectOrderlyStop, expectPortTaken } from '../../application/test/stop-case.ts';
import { compilePages } from '../../pages/test/compile.ts';

test('SIGTERM: requests in flight are answered, and the process exits 0', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-example-'));
  try {
    const sources = compilePages(join(folder, 'scripts'));
    const options = { folder: join(folder, 'data'), port: 0, demo: true, sources };
    await expectOrderlyStop({
      folder: join(import.meta.dirname, '..'),
      program: `
        import { stopOnSignal } from '@mfakit/example-application';
        import { startServer } from '../src/server.ts';
        const server = await startServer(${JSON.stringify(options)});
        stopOnSignal(() => server.stop());
        console.log(server.url);
      `,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect.hasAssertions();
}, 60_000);

test('a port that is taken: one sentence, and exit 1', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-example-'));
  try {
    const options = { folder, demo: false, sources: compilePages(join(folder, 'scripts')) };
    await expectPortTaken({
      folder: join(import.meta.dirname, '..'),
      program: `
        import { exitIfTaken } from '@mfakit/example-application';
        import { startServer } from '../src/server.ts';
        const port = Number(process.env.PORT);
        await startServer({ ...${JSON.stringify(options)}, port }).catch(exitIfTaken);
      `,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect.hasAssertions();
}, 120_000);
