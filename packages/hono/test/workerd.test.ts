import { Miniflare } from 'miniflare';
import { expect, test } from 'vitest';
import { bundleSmokeWorker } from './bundle.ts';
import { smoke } from './smoke.ts';

test('Hono in workerd', { timeout: 60_000 }, async () => {
  const script = await bundleSmokeWorker();
  const worker = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' });
  try {
    expect((await worker.dispatchFetch('http://localhost/')).status).toBe(404);
    await smoke((path, init) => worker.dispatchFetch(`http://localhost${path}`, init));
  } finally {
    await worker.dispose();
  }
});
