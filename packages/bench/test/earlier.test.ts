/** What an earlier commit is compared with is loaded once, and a commit that is not there is told. */
import { expect, test } from 'vitest';
import { loadEarlier, sayEarlier } from '../src/earlier.ts';
import { requireOneCopy } from '../src/one-copy.ts';

test('without a commit to compare with, nothing is said', async () => {
  expect(sayEarlier(await loadEarlier(null))).toEqual([]);
});

test('a commit that git does not know is named, with what git says', async () => {
  const [said] = sayEarlier(await loadEarlier('no-such-commit'));
  expect(said).toMatch(/^Not compared with no-such-commit: git rev-parse failed: .+\.$/);
});

test('what looks like an option of git is none', async () => {
  const [said] = sayEarlier(await loadEarlier('--show-toplevel'));
  expect(said).toMatch(/^Not compared with --show-toplevel: git rev-parse failed/);
});

test('one copy of a package is found by its name; none, or another one, is an error', async () => {
  await import('otplib');
  expect(() => requireOneCopy('otplib')).not.toThrow();
  expect(() => requireOneCopy('not-loaded')).toThrow('0 copies of not-loaded are loaded');
});
