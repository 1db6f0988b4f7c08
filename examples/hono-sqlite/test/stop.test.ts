/** The example as a process that is told to stop. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectOrderlyStop } from '../../application/test/stop-case.ts';
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
