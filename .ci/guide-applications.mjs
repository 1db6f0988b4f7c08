// The applications of the guide pages: which pages make one, how it begins, is built and started, and what it must do.
import assert from 'node:assert/strict';
import { walkInBrowser } from './guide-browser.mjs';
import { walk } from './guide-walk.mjs';

/** What `npm init` and `npm pkg set type=module` leave. */
const ESM = '{ "private": true, "type": "module" }';
const TSC = 'npx tsc --module nodenext --target es2023 --strict --skipLibCheck --types node --outDir dist server.ts';
/** What the CORS plugin of the Fastify page sets on every answer. */
const CORS = { 'access-control-allow-origin': 'https://app.example' };

/** What the Drizzle page says to make its tables. */
const PUSH = 'npx drizzle-kit push --force';
/** In place of `npx prisma db push`, whose engine comes from a host that is no registry: the tables that it makes. */
const PRISMA_TABLES = `
import { Pool } from 'pg';
const pool = new Pool({ connectionString: process.env.DATABASE_URL });
await pool.query('CREATE TABLE "User" (id text PRIMARY KEY, email text NOT NULL UNIQUE, "passwordHash" text NOT NULL, "seenSeq" double precision NOT NULL)');
await pool.query('CREATE TABLE "Session" (id text PRIMARY KEY, "userId" text NOT NULL, "sessionEpoch" double precision NOT NULL, "signedInAt" timestamptz NOT NULL, "authTime" timestamptz)');
await pool.end();
`;

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

async function loopDelay(url) {
  const response = await fetch(`${url}/api/loop`, { method: 'POST' });
  return (await response.json()).p99;
}

/** The walk, and the server's event loop while ten backup codes are hashed; the first walk warms the server up. */
async function walkAndMeasure(url) {
  await walk(url);
  await walk(url, {
    async around(confirm) {
      await loopDelay(url);
      await confirm();
      const p99 = await loopDelay(url);
      console.log(`next: event loop p99 ${p99.toFixed(1)} ms while ten codes are hashed`);
      assert.ok(p99 > 0 && p99 < MAX_LOOP_DELAY_MS, `the event loop waits ${p99} ms at the 99th percentile`);
    },
  });
}

/** `accounts.md` goes into the folder that the other page names. */
const accounts = (into) => ({ page: 'docs/guide/accounts.md', into });

const NEXT = {
  pages: [accounts('lib'), { page: 'docs/guide/next.md' }],
  create: 'create-next-app',
  createWith:
    "APP --ts --app --empty --no-linter --no-tailwind --no-src-dir --import-alias '@/*' --use-npm --skip-install --disable-git --yes",
  build: ['npx next build'],
  start: 'node node_modules/next/dist/bin/next start --hostname 127.0.0.1',
};

/** The files of the page about machines whose paths begin so. */
const machines = (only) => ({ page: 'docs/guide/machines.md', only });

/** What the pages about Nuxt and SvelteKit take of others, as they say. */
const serverFiles = (into) => [
  accounts(into),
  {
    page: 'docs/guide/next.md',
    from: 'lib/',
    into,
    instead: Object.fromEntries(['accounts', 'auth', 'mfa', 'passwords'].map((name) => [`@/lib/${name}`, `./${name}`])),
  },
];

/** Around the component of the page about machines: gives it what the login route answers to the form in the address. */
const OWN_LOGIN = `
async function logIn() {
  const body = JSON.stringify(Object.fromEntries(new URLSearchParams(location.search)));
  const headers = { 'content-type': 'application/json' };
  return (await fetch('/api/auth/login', { method: 'POST', headers, body })).json();
}
const goOn = () => location.assign('/account');
`;
const OWN_REACT_PAGE = `
'use client';
import { useEffect, useState } from 'react';
import { OwnSignIn } from '../own-sign-in';
${OWN_LOGIN}
export default function Own() {
  const [begun, setBegun] = useState(null);
  useEffect(() => void logIn().then(setBegun), []);
  return begun && <OwnSignIn begun={begun} onDone={goOn} />;
}
`;
const OWN_VUE_PAGE = `
<script setup lang="ts">
${OWN_LOGIN}
const begun = shallowRef();
onMounted(async () => (begun.value = await logIn()));
</script>
<template><OwnSignIn v-if="begun" :begun="begun" @done="goOn" /></template>
`;
const OWN_SVELTE_PAGE = `
<script lang="ts">
import { onMount } from 'svelte';
import OwnSignIn from '$lib/OwnSignIn.svelte';
${OWN_LOGIN}
let begun = $state.raw();
onMount(async () => { begun = await logIn(); });
</script>
{#if begun}<OwnSignIn {begun} onDone={goOn} />{/if}
`;

async function walkBoth(url) {
  await walk(url);
  await walkInBrowser(url);
}

const FASTIFY = {
  pages: [accounts('.'), { page: 'docs/guide/fastify.md' }],
  extra: { 'package.json': ESM },
  build: [TSC],
  start: 'node dist/server.js',
  walk: (url) => walk(url, { headers: CORS }),
};

/** The application of the Fastify page, on the database and with the users and sessions of another page. */
const onFastify = (page, build = []) => ({
  ...FASTIFY,
  pages: [...FASTIFY.pages, { page }],
  build: [...build, TSC],
  database: true,
});

export const APPLICATIONS = {
  fastify: FASTIFY,
  next: {
    ...NEXT,
    extra: { 'app/api/loop/route.ts': LOOP_ROUTE },
    walk: walkAndMeasure,
  },
  elements: {
    ...FASTIFY,
    // Its own walk over HTTP is that of the page about Fastify.
    pages: [...FASTIFY.pages, { page: 'docs/guide/elements.md' }],
    build: [...FASTIFY.build, 'npx vite build'],
    behind: { start: FASTIFY.start, variable: 'API' },
    // Not by npx, whose end would leave it running.
    start: 'node node_modules/vite/bin/vite.js preview --port $PORT',
    walk: (url) => walkInBrowser(url, { signUp: null, account: '/account.html', own: false }),
  },
  'elements-react': {
    ...NEXT,
    pages: [...NEXT.pages, { page: 'docs/guide/elements-react.md' }, machines('app/own')],
    extra: { 'app/own/page.tsx': OWN_REACT_PAGE },
    walk: walkBoth,
    // React's strict mode, and its whole sentences, are of the development server.
    again: { start: 'node node_modules/next/dist/bin/next dev --hostname 127.0.0.1', walk: walkInBrowser },
  },
  'elements-vue': {
    pages: [...serverFiles('server/lib'), { page: 'docs/guide/elements-vue.md' }, machines('app/comp')],
    node: 24,
    extra: { 'package.json': ESM, 'app/pages/own.vue': OWN_VUE_PAGE },
    build: ['npx nuxt build'],
    start: 'node .output/server/index.mjs',
    walk: walkBoth,
  },
  'elements-svelte': {
    pages: [...serverFiles('src/lib/server'), { page: 'docs/guide/elements-svelte.md' }, machines('src/lib/Own')],
    create: 'sv',
    createWith: 'create APP --template minimal --types ts --add sveltekit-adapter=adapter:node --no-install',
    extra: { 'src/routes/own/+page.svelte': OWN_SVELTE_PAGE },
    without: /^svelte-check$/,
    build: ['npx vite build'],
    start: 'node build',
    walk: walkBoth,
  },
  kysely: onFastify('docs/guide/kysely.md'),
  nestjs: {
    pages: [{ ...accounts('src'), instead: { '@mfakit/http': '@mfakit/express' } }, { page: 'docs/guide/nestjs.md' }],
    create: '@nestjs/cli',
    createWith: 'new APP --skip-install --skip-git --package-manager npm --strict',
    // What a new project has for tests and style; the types of vitest are part of its build.
    without:
      /^(?:@nestjs\/(?:mau|testing|schematics)|@vitest\/.*|oxlint.*|prettier|.*supertest|vite-.*|source-map-.*)$/,
    build: ['npm run build'],
    start: 'node dist/main.js',
    walk: (url) => walk(url),
  },
  drizzle: {
    ...onFastify('docs/guide/drizzle.md', [PUSH]),
    async walk(url, obey) {
      await FASTIFY.walk(url);
      // As at the next release: the tables of the store must still be there.
      obey(PUSH);
      await FASTIFY.walk(url);
    },
  },
  prisma: {
    ...onFastify('docs/guide/prisma.md', ['npx prisma generate']),
    extra: { ...FASTIFY.extra, 'tables.mjs': PRISMA_TABLES },
    before: 'node tables.mjs',
    // Nothing here needs the engine that Prisma would fetch before anything else, from a host that is no registry.
    settings: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  },
};
