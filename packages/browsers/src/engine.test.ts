import { afterEach, expect, test, vi } from 'vitest';
import { missingEngine, programPath } from './engine.ts';

afterEach(() => vi.unstubAllEnvs());

const nothing = (): null => null;

test('an engine that is not installed is a reason to skip, with what to install', () => {
  vi.stubEnv('CI', '');
  expect(missingEngine('firefox', nothing)).toBe('there is no firefox-esr; on Debian: apt-get install firefox-esr');
  expect(missingEngine('webkit', (program) => (program === 'Xvfb' ? null : '/bin/it'))).toBe(
    'there is no Xvfb; on Debian: apt-get install xvfb',
  );
  expect(missingEngine('webkit', () => '/bin/it')).toBeNull();
});

test('in CI it is a failure', () => {
  vi.stubEnv('CI', 'true');
  expect(() => missingEngine('webkit', nothing)).toThrow('Tests in webkit cannot run: there is no WebKitWebDriver');
});

test('Chromium comes with the dependencies', () => {
  expect(missingEngine('chromium', nothing)).toBeNull();
});

test('programs are found on the PATH', () => {
  expect(programPath('sh')).toMatch(/\/sh$/);
  expect(programPath('no-such-program')).toBeNull();
});
