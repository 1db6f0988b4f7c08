/** docs/reference/error-codes.md: every code is there and no other, and each is provoked, by core and over HTTP. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MfaError, type MfaErrorCode, type MfaStore } from '@mfakit/core';
import {
  createHandler,
  problemOf,
  requireMfa,
  ROUTES,
  type AddedRoutes,
  type Host,
  type ProblemCode,
} from '@mfakit/http';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { pageSentence } from '@mfakit/http/sentences/en';
import { outcomeOf, testApplication } from '@mfakit/testkit';
import { describe, expect, test } from 'vitest';
import { stage, type Stage } from '../../packages/core/test/harness.ts';
import { CASES } from '../../packages/core/test/operations/state-cases.ts';
import { withPasskeys } from '../../packages/core/test/passkeys/passkey-harness.ts';
import { PROBLEMS } from '../../packages/http/src/problems.ts';
import { CONTRACT_SENTENCES } from '../../packages/http/src/sentences/en.ts';
import { ROOT } from './pages.ts';

/** A row of the page. */
interface Row {
  readonly code: ProblemCode;
  readonly statuses: readonly number[];
  readonly counts: string;
  readonly fixedBy: string;
  readonly sentence: string;
}

const rows = rowsOf(readFileSync(join(ROOT, 'docs/reference/error-codes.md'), 'utf8'));
const rowOf = new Map(rows.map((row) => [row.code, row]));

function rowsOf(page: string): readonly Row[] {
  return [...page.matchAll(/^\| `(\w+)`(.*)\|$/gm)].map(([, code = '', rest = '']) => {
    const [, status = '', counts = '', fixedBy = '', sentence = ''] = rest.split('|').map((cell) => cell.trim());
    return { code: code as ProblemCode, statuses: (status.match(/\d+/g) ?? []).map(Number), counts, fixedBy, sentence };
  });
}

/** Refusals that need a store or a hasher that is out of order, or a session: `CASES` has all others. */
const FURTHER: Readonly<Record<string, (on: Stage) => Promise<() => Promise<unknown>>>> = {
  invalid_input: async (on) => () => on.mfa.stepUp('ann', { code: 'x'.repeat(100) }),
  async session_revoked(on) {
    const ann = await on.enroll('ann');
    const { sessionEpoch } = await on.mfa.passwordChanged('ann');
    return () => on.mfa.stepUp('ann', { code: ann.code() }, { sessionEpoch: sessionEpoch - 1 });
  },
  async store_unavailable(on) {
    const ann = await on.enroll('ann');
    on.store.fail('commit', new Error('connection refused'));
    return () => on.mfa.stepUp('ann', { code: ann.code() });
  },
  async contention(on) {
    const ann = await on.enroll('ann');
    const mfa = on.another({ store: losing(on.store, 0) });
    return () => mfa.stepUp('ann', { code: ann.code() });
  },
  async hasher_unavailable(on) {
    const ann = await on.enroll('ann');
    const missing = Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' });
    const mfa = on.another({ hasher: () => Promise.reject(missing) });
    return () => mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' });
  },
};

/** A store that loses every swap after the first few. */
function losing(store: MfaStore, won: number): MfaStore {
  let commits = 0;
  return { ...store, commit: async (swap) => (commits++ < won ? store.commit(swap) : false) };
}

interface Provoked {
  readonly code: MfaErrorCode;
  readonly call: string;
  readonly error: MfaError;
  readonly counted: boolean;
  readonly countedForSetup: boolean;
}

async function provoked(call: string, provoke: (on: Stage) => Promise<() => Promise<unknown>>): Promise<Provoked> {
  const on = stage(withPasskeys());
  const attempt = await provoke(on);
  const before = await counters(on);
  const error: unknown = await attempt().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MfaError)) throw new Error(`${call} refused nothing`);
  const after = await counters(on);
  const countedForSetup = after.setup > before.setup;
  return { code: error.code, call, error, counted: after.account > before.account, countedForSetup };
}

async function counters({ store }: Stage): Promise<{ readonly account: number; readonly setup: number }> {
  const stored = await store.record('ann').catch(() => null);
  return { account: stored?.lockout.failures ?? 0, setup: stored?.pending?.failures ?? 0 };
}

/** Every case of core, and those above: computed once. */
const ALL = await Promise.all([
  ...CASES.map(({ call, provoke }) => provoked(call, provoke)),
  ...Object.entries(FURTHER).map(([code, provoke]) => provoked(code, provoke)),
]);

test('the table has every code of the contract, and no other', () => {
  expect(rows.map(({ code }) => code).toSorted()).toEqual(Object.keys(PROBLEMS).toSorted());
});

test.each(rows)('$code: who fixes it, and the sentence of the pages', ({ code, fixedBy, sentence }) => {
  expect(fixedBy).not.toBe('');
  expect(sentence).toBe(pageSentence({ code, detail: CONTRACT_SENTENCES[code] }));
});

/** Codes that core never gives. */
const HTTP_ONLY: readonly ProblemCode[] = [
  'not_signed_in',
  'user_inactive',
  'insufficient_user_authentication',
  'invalid_json',
  'not_found',
  'method_not_allowed',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'internal_error',
];

describe('core provokes each of its codes', () => {
  const codes = rows.map(({ code }) => code).filter((code) => !HTTP_ONLY.includes(code)) as MfaErrorCode[];

  test.each(codes)('%s counts as the table says', (code) => {
    const found = ALL.filter((each) => each.code === code);
    expect(found.length).toBeGreaterThan(0);
    const counts = rowOf.get(code)?.counts;
    const outcomes = found.map(({ call, counted, countedForSetup, error }) => ({
      call,
      counted,
      countedForSetup,
      left: error.triesLeft !== undefined,
    }));
    const expected = outcomes.map(({ call, counted }) => {
      const account = call !== 'confirm' && (counts === 'maybe' ? counted : counts === 'yes');
      const countedForSetup = counts === 'setup' || (code === 'invalid_code' && call === 'confirm');
      // What counts says how many are left.
      return { call, counted: account, countedForSetup, left: account && counts === 'yes' };
    });
    expect(outcomes).toEqual(expected);
  });

  test('what is counted before its slow work stays counted: that is "maybe"', async () => {
    const maybe = rows.filter(({ counts }) => counts === 'maybe').map(({ code }) => code);
    const seen = await Promise.all(
      ['busy', 'store_unavailable', 'hasher_unavailable', 'contention'].map(async (code) => {
        const on = stage();
        const ann = await on.enroll('ann');
        const missing = Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' });
        let commits = 0;
        const failing: MfaStore = {
          ...on.store,
          commit: (swap) => (commits++ < 1 ? on.store.commit(swap) : Promise.reject(new Error('connection refused'))),
        };
        const mfa = on.another({
          ...(code === 'busy' && { hasher: () => Promise.reject(new Error('too much to do')) }),
          ...(code === 'hasher_unavailable' && { hasher: () => Promise.reject(missing) }),
          ...(code === 'store_unavailable' && { store: failing }),
          ...(code === 'contention' && { store: losing(on.store, 1) }),
        });
        const outcome = await outcomeOf(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
        return [code, outcome, (await on.store.record('ann')).lockout.failures];
      }),
    );
    expect(seen).toEqual(
      maybe
        .toSorted()
        .map((code) => [code, code, 1])
        .toSorted(byFirst(seen)),
    );
  });
});

/** Sorts as another list is sorted, by the first item. */
const byFirst =
  (model: readonly (readonly unknown[])[]) =>
  (a: readonly unknown[], b: readonly unknown[]): number =>
    model.findIndex(([first]) => first === a[0]) - model.findIndex(([first]) => first === b[0]);

const post = (body: BodyInit, more: object = {}): RequestInit => ({ method: 'POST', body, ...more });

describe('each code travels with its status', () => {
  const user = { userId: 'ann', accountName: 'ann@example.com' };
  const host: Host<Request> = {
    session: (request) => (request.headers.has('cookie') ? user : null),
    account: () => ({ accountName: user.accountName, active: false }),
    signIn: () => undefined,
  };
  const headers = { cookie: 'session=1', 'content-type': 'application/json' };
  const ask = (path: string, init: RequestInit = {}): Request =>
    new Request(`http://localhost/api/auth${path}`, { headers, ...init });

  const first = [...new Map(ALL.toReversed().map((each) => [each.code, each])).values()];

  test.each(first.map(({ code, error }) => [code, error] as const))('%s', async (code, error) => {
    // A route that refuses with what core refused with: all the rest is the real handler.
    const refuse: AddedRoutes[string] = {
      method: 'GET',
      path: '/refuse',
      summary: 'Refuses',
      who: 'session',
      inputFrom: null,
      input: null,
      reply: null,
      refusals: [],
      call: () => Promise.reject(error),
    };
    const { mfa } = testApplication();
    const handle = createHandler(mfa, host, { routes: { refuse }, onError: () => undefined });
    const response = await handle(ask('/refuse'));
    // What a client did not send, the host is to blame for.
    const told = code === 'invalid_input' ? 'internal_error' : code;
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      rowOf.get(told)?.statuses[0],
      told,
    ]);
    expect(problemOf(error)?.status).toBe(rowOf.get(code)?.statuses[0]);
  });

  test('and with another one on the routes of which the table says so', () => {
    for (const { code, statuses } of rows) {
      const others = Object.values({ ...ROUTES, ...passkeyRoutes }).flatMap(
        (route) => route.statuses?.[code as MfaErrorCode] ?? [],
      );
      expect([code, statuses]).toEqual([code, [PROBLEMS[code].status, ...new Set(others)]]);
    }
  });

  const stalled = new ReadableStream<Uint8Array>();
  const token = async (): Promise<string> => {
    const { token: make, enroll } = shared;
    await enroll('ann');
    return make('ann');
  };
  const shared = testApplication();

  const requests: Readonly<Record<string, () => Request | Promise<Request>>> = {
    not_signed_in: () => ask('/totp/status', { headers: {} }),
    user_inactive: async () => ask('/totp-verify', post(JSON.stringify({ mfa_token: await token(), code: '123456' }))),
    invalid_json: () => ask('/totp/disable', post('{')),
    not_found: () => ask('/nothing'),
    method_not_allowed: () => ask('/totp/status', { method: 'DELETE' }),
    request_timeout: () => ask('/totp/disable', post(stalled, { duplex: 'half' })),
    body_too_large: () => ask('/totp/disable', post(JSON.stringify('x'.repeat(100_000)))),
    unsupported_media_type: () =>
      ask('/totp/disable', post('{}', { headers: { ...headers, 'content-type': 'text/plain' } })),
    internal_error: () => ask('/totp/status', { headers: { cookie: 'broken' } }),
    invalid_input: () => ask('/totp/disable', post('{"code": 5}')),
  };

  test.each(Object.entries(requests))('%s, of the routes alone', async (code, request) => {
    const broken: Host<Request> = {
      ...host,
      session(ctx) {
        if (ctx.headers.get('cookie') === 'broken') throw new Error('no sessions');
        return host.session(ctx);
      },
    };
    const options = { onError: () => undefined, bodyTimeoutSeconds: 0.05 };
    const response = await createHandler(shared.mfa, broken, options)(await request());
    const { code: told } = (await response.json()) as { code: string };
    expect([response.status, told]).toEqual([rowOf.get(code as ProblemCode)?.statuses[0], code]);
  });

  test('insufficient_user_authentication, of the guard', async () => {
    const guard = requireMfa({ maxAgeSeconds: 60, session: () => ({}), mfa: shared.mfa });
    const response = await guard(ask('/'));
    expect(response?.status).toBe(rowOf.get('insufficient_user_authentication')?.statuses[0]);
  });

  test('no code is left out', () => {
    const reached = [...first.map(({ code }) => code), ...Object.keys(requests), 'insufficient_user_authentication'];
    expect([...new Set<string>(reached)].toSorted()).toEqual(rows.map(({ code }) => code as string).toSorted());
  });
});

const anybody = (who: string): string => (who === 'nobody' ? 'anybody' : who);

describe('docs/guide/fetch.md', () => {
  const page = readFileSync(join(ROOT, 'docs/guide/fetch.md'), 'utf8');

  test('has a row for every route, with who may call it, and no other', () => {
    const named = [...page.matchAll(/^\| `((?:GET|POST|DELETE) \/[^`]+)` +\| (\w+) /gm)].map(
      ([, route, who]) => `${route} ${who}`,
    );
    const known = Object.values({ ...ROUTES, ...passkeyRoutes }).map(
      ({ method, path, who }) => `${method} ${path} ${anybody(who)}`,
    );
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  test('names every code of a status that it lists', () => {
    const lines = [...page.matchAll(/^\| (\d{3}(?:, \d{3})*) +\|(.*)\|$/gm)];
    expect(lines.length).toBeGreaterThan(7);
    for (const [, statuses = '', text = ''] of lines) {
      const named = [...text.matchAll(/`(\w+)`/g)].flatMap(([, code = '']) => rowOf.get(code as ProblemCode) ?? []);
      const wrong = named.filter(({ statuses: own }) => !own.some((status) => statuses.includes(String(status))));
      expect(wrong).toEqual([]);
    }
    const missing = rows
      .filter(({ code }) => !HTTP_ONLY.includes(code) && code !== 'invalid_input')
      .filter(({ code }) => !lines.some(([, , text = '']) => text.includes(`\`${code}\``)));
    expect(missing.map(({ code }) => code)).toEqual([]);
  });
});
