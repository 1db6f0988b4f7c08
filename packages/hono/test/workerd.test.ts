import { Miniflare } from 'miniflare';
import { expect, test } from 'vitest';
import { bundleWorker } from './bundle.ts';
import { DIGEST } from './hasher-probe.ts';
import { smoke } from './smoke.ts';

async function startWorker(file: Parameters<typeof bundleWorker>[0]): Promise<Miniflare> {
  return new Miniflare({ modules: true, script: await bundleWorker(file), compatibilityDate: '2026-07-01' });
}

test('Hono in workerd', { timeout: 60_000 }, async () => {
  const worker = await startWorker('smoke-worker.ts');
  try {
    expect((await worker.dispatchFetch('http://localhost/')).status).toBe(404);
    await smoke((path, init) => worker.dispatchFetch(`http://localhost${path}`, init));
  } finally {
    await worker.dispose();
  }
});

test('R-45 the default hasher in workerd is noble on the calling thread', { timeout: 60_000 }, async () => {
  const worker = await startWorker('hasher-worker.ts');
  try {
    const found: unknown = await (await worker.dispatchFetch('http://localhost/')).json();
    expect(found).toEqual({ hasher: 'calling thread, noble', digest: DIGEST });
  } finally {
    await worker.dispose();
  }
});
