import { describe, expect, test } from 'vitest';
import { lastSegments, routeFinder, splitUrl } from './find-route.ts';
import { PATHS } from './paths.ts';

const findRoute = routeFinder(PATHS);

test.each([
  ['https://a.example/api/auth/totp/status', '/api/auth/totp/status', ''],
  ['https://a.example/totp/history?limit=1&before=2', '/totp/history', 'limit=1&before=2'],
  ['https://a.example/totp/history?a=b?c=/totp/d', '/totp/history', 'a=b?c=/totp/d'],
  ['https://a.example/x#/totp/status?y', '/x', ''],
  ['https://a.example', '/', ''],
  ['https://a.example/a%2Fb?%00', '/a%2Fb', '%00'],
])('the parts of %s', (url, path, query) => {
  expect(splitUrl(url)).toEqual({ path, query });
  expect(new URL(url)).toMatchObject({ pathname: path, search: query === '' ? '' : `?${query}` });
});

test.each([
  ['/api/auth/totp-verify', 1, '/totp-verify'],
  ['/api/auth/%74otp-verify', 1, '/%74otp-verify'],
  ['/api/auth/totp/factors/x', 3, '/totp/factors/x'],
  ['/totp/status', 2, '/totp/status'],
  ['/totp/status/', 2, '/status/'],
  ['/totp/status', 3, '/totp/status'],
  ['/', 2, '/'],
  ['', 1, ''],
])('of %s, the last %i segments are %s', (path, count, last) => {
  expect(lastSegments(path, count)).toBe(last);
});

describe('routes', () => {
  test.each([
    ['/totp/factors/a%20b', { name: 'removeFactor', id: 'a b' }],
    ['/totp/status', { name: 'status', id: '' }],
    ['/totp/factors/', 'unknown'],
    ['/totp/factors/a/b', 'unknown'],
    ['/totp/factors/%E0%A4%A', 'unknown'],
    ['/totp/constructor', 'unknown'],
    ['/totp', 'foreign'],
    ['/totp-verify/', 'foreign'],
    ['__proto__', 'foreign'],
  ])('%s', (path, found) => {
    expect(findRoute(path)).toEqual(found);
  });
});
