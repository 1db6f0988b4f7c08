/** Every snippet that steps up also gives the session a new id: a copy of the old id must not gain the new proof. */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBlocks, readPages, ROOT } from './pages.ts';

const readmes = readdirSync(join(ROOT, 'packages'))
  .map((name) => `packages/${name}/README.md`)
  .filter((path) => existsSync(join(ROOT, path)))
  .map((path) => ({ path, blocks: findBlocks(readFileSync(join(ROOT, path), 'utf8')) }));
const snippets = [...readPages(), ...readmes].flatMap(({ path, blocks }) =>
  blocks.map(({ code, line }) => ({ path, code, line })),
);

const stepsUp = (code: string): boolean => /\.stepUp\(/.test(code);
/** Ends the old session, or hands both to a function that does. */
const rotates = (code: string): boolean => /sessions\.delete\(|startSession\(|signIn\(/.test(code);

test('some snippet steps up, and each that does rotates the session', () => {
  expect(snippets.filter(({ code }) => stepsUp(code)).length).toBeGreaterThan(1);
  const wrong = snippets.filter(({ code }) => stepsUp(code) && !rotates(code));
  expect(wrong.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
});

test('what a router signs in ends the old session, too', () => {
  // `signIn` of a host is called after a step-up as well.
  const hosts = snippets.filter(({ code }) => /^ *(?:async )?signIn\(/m.test(code) && !/interface Host/.test(code));
  expect(hosts.length).toBeGreaterThan(5);
  const wrong = hosts.filter(({ code }) => !/sessions\.delete\(|startSession\(/.test(code));
  expect(wrong.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
});

test('a snippet that does not is found', () => {
  expect([stepsUp('await mfa.stepUp(id, proof)'), rotates('sessions.set(id, proof)')]).toEqual([true, false]);
});
