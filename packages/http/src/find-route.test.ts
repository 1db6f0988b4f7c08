import { describe, expect, test } from 'vitest';
import { belowMount, findRoute, splitUrl } from './find-route.ts';

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
  ['/totp-verify', '/totp-verify'],
  ['/api/auth/totp-verify', '/totp-verify'],
  ['/api/totp/auth/totp/factors/x', '/totp/factors/x'],
  ['/api/auth/totp', '/api/auth/totp'],
  ['/api/auth/login', '/api/auth/login'],
  ['/', '/'],
])('below the mount, %s is %s', (path, below) => {
  expect(belowMount(path)).toBe(below);
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
