// The applications of the guide pages: which pages make one, how it begins, is built and started, and what it must do.
import assert from 'node:assert/strict';
import { walk } from './guide-walk.mjs';

/** What `npm init` and `npm pkg set type=module` leave. */
const ESM = '{ "private": true, "type": "module" }';
const TSC = 'npx tsc --module nodenext --target es2023 --strict --outDir dist server.ts';
/** What the CORS plugin of the Fastify page sets on every answer. */
const CORS = { 'access-control-allow-origin': 'https://app.example' };

/** How long the event loop of the server may be kept from other requests while backup codes are hashed. */
const MAX_LOOP_DELAY_MS = 30;
/** A route beside those of the page: begins to measure the event loop's delay, or tells the 99th percentile so far. */
const LOOP_ROUTE = `
import { monitorEventLoopDelay } from 'node:perf_hooks';
const histogram = monitorEventLoopDelay({ resolution: 1 });
export async function POST() {
  const p99 = histogram.percentile(99) / 1e6;
  histogram.enable();
  histogram.reset();
  return Response.json({ p99 });
}
`;

/** The walk, and the server's event loop while ten backup codes are hashed; the first walk warms the server up. */
async function walkAndMeasure(url) {
  await walk(url);
  await walk(url, {
    async around(confirm) {
      const measure = async () => (await (await fetch(`${url}/api/loop`, { method: 'POST' })).json()).p99;
      await measure();
      await confirm();
      const p99 = await measure();
      console.log(`next: event loop p99 ${p99.toFixed(1)} ms while ten codes are hashed`);
      assert.ok(p99 > 0 && p99 < MAX_LOOP_DELAY_MS, `the event loop waits ${p99} ms at the 99th percentile`);
    },
  });
}

/** `accounts.md` goes into the folder that the other page names. */
const accounts = (into) => ({ page: 'docs/guide/accounts.md', into });

export const APPLICATIONS = {
  fastify: {
    pages: [accounts('.'), { page: 'docs/guide/fastify.md' }],
    extra: { 'package.json': ESM },
    build: [TSC],
    start: 'node dist/server.js',
    walk: (url) => walk(url, { headers: CORS }),
  },
  next: {
    pages: [accounts('lib'), { page: 'docs/guide/next.md' }],
    create: 'create-next-app',
    createWith:
      "next --ts --app --empty --no-linter --no-tailwind --no-src-dir --import-alias '@/*' --use-npm --skip-install --disable-git --yes",
    extra: { 'app/api/loop/route.ts': LOOP_ROUTE },
    build: ['npx next build'],
    start: 'node node_modules/next/dist/bin/next start --hostname 127.0.0.1',
    walk: walkAndMeasure,
  },
};
