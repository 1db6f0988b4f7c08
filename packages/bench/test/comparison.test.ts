/** The cells of docs/comparison.md that can be run are run, and the page says what came out. */
import { readFileSync } from 'node:fs';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { betterAuth } from 'better-auth';
import { magicLink } from 'better-auth/plugins/magic-link';
import { generate, generateSecret, verify } from 'otplib';
import { outcomeOf, testApplication } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { betterAuthApplication, peerOptions, type PeerApplication } from '../src/peers/better-auth.ts';

type Database = Record<string, Record<string, unknown>[]>;

const emptyDatabase = (): Database => ({
  user: [],
  session: [],
  account: [],
  verification: [],
  twoFactor: [],
  rateLimit: [],
});

/** Answers, in the words of the page. */
type Answers = Readonly<Record<'mfakit' | 'better-auth' | 'otplib', string>>;

const NONE = 'not part of it';

/** better-auth over its memory adapter. */
function peer(): { readonly application: PeerApplication; readonly database: Database } {
  const database = emptyDatabase();
  return { application: betterAuthApplication(memoryAdapter(database)), database };
}

const passes = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );

/** What came of the second use. */
const second = (passed: readonly boolean[]): string => {
  expect(passed[0]).toBe(true);
  return passed[1] === true ? 'accepted' : 'refused';
};

/** How many passed. */
const count = (passed: readonly boolean[]): string => `${passed.filter(Boolean).length} pass`;

const ROWS: Readonly<Record<string, () => Promise<Answers>>> = {
  async 'the same code, in a second sign-in'() {
    const { mfa, enroll, token } = testApplication();
    const ann = await enroll('ann');
    const code = ann.code();
    const ours = [
      await passes(mfa.verify({ token: await token('ann'), code })),
      await passes(mfa.verify({ token: await token('ann'), code })),
    ];

    const { application } = peer();
    const ben = await application.enrol('ben');
    const shown = ben.code();
    const theirs = [
      await passes(application.verify((await application.login(ben)).headers, shown)),
      await passes(application.verify((await application.login(ben)).headers, shown)),
    ];

    const secret = generateSecret();
    const given = await generate({ secret });
    const stateless = [(await verify({ secret, token: given })).valid, (await verify({ secret, token: given })).valid];
    const first = await verify({ secret, token: given });
    const remembered = 'timeStep' in first ? { afterTimeStep: first.timeStep } : {};
    expect((await verify({ secret, token: given, ...remembered })).valid).toBe(false);
    return {
      mfakit: second(ours),
      'better-auth': second(theirs),
      otplib: `${second(stateless)}, unless you store the step and pass it`,
    };
  },

  async 'twenty sign-ins at once with one code'() {
    const { mfa, enroll, token } = testApplication();
    const ann = await enroll('ann');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => token('ann')));
    const code = ann.code();
    const ours = await Promise.all(tokens.map((each) => passes(mfa.verify({ token: each, code }))));

    const { application } = peer();
    const ben = await application.enrol('ben');
    const logins = await Promise.all(Array.from({ length: 20 }, () => application.login(ben)));
    const shown = ben.code();
    const theirs = await Promise.all(logins.map(({ headers }) => passes(application.verify(headers, shown))));
    return { mfakit: count(ours), 'better-auth': count(theirs), otplib: NONE };
  },

  async 'wrong codes, one after the other, until the account is locked'() {
    const { mfa, enroll, token } = testApplication();
    const ann = await enroll('ann');
    let ours = 0;
    for (let outcome = 'invalid_code'; outcome === 'invalid_code'; ours += 1) {
      outcome = await outcomeOf(mfa.verify({ token: await token('ann'), code: ann.wrongCode() })).catch(() => 'locked');
      if ((await mfa.status('ann')).locked) outcome = 'locked';
    }

    const { application } = peer();
    const ben = await application.enrol('ben');
    let theirs = 0;
    for (let outcome = 'INVALID_CODE'; outcome === 'INVALID_CODE'; theirs += 1) {
      outcome = await application.verify((await application.login(ben)).headers, 'abcdef').then(
        () => 'passed',
        (error: { readonly body?: { readonly code?: string } }) => String(error.body?.code),
      );
    }
    // The last one was told of the lock: it is one more than the lock takes.
    return { mfakit: String(ours), 'better-auth': String(theirs - 1), otplib: NONE };
  },

  async 'secrets in the database'() {
    const { options, enroll } = testApplication();
    const ann = await enroll('ann');
    const ours = JSON.stringify(await options.store.read('ann'));

    const { application, database } = peer();
    await application.enrol('ben');
    const [row] = database['twoFactor'] ?? [];
    const theirs = String(row?.['secret']);
    expect(theirs.length).toBeGreaterThan(60);
    return {
      mfakit: ours.includes(ann.secret) ? 'plain' : 'encrypted',
      'better-auth': /^[0-9a-f]+$/.test(theirs) ? 'encrypted' : 'plain',
      otplib: NONE,
    };
  },

  async 'a magic link of a user who has enrolled'() {
    const { mfa, enroll } = testApplication();
    await enroll('ann');

    const database = emptyDatabase();
    let sent = '';
    const { plugins, ...options } = peerOptions(memoryAdapter(database));
    const both = [...plugins, magicLink({ sendMagicLink: async ({ token }) => void (sent = token) })] as const;
    const auth = betterAuth({ ...options, plugins: [...both] });
    await betterAuthApplication(memoryAdapter(database)).enrol('ben');
    await auth.api.signInMagicLink({ body: { email: 'ben@example.com' }, headers: new Headers() });
    const answer = await auth.api.magicLinkVerify({ query: { token: sent }, headers: new Headers(), asResponse: true });
    const signedIn = answer.headers
      .getSetCookie()
      .some((cookie: string) => /^better-auth\.session_token=[^;]/.test(cookie));
    expect(answer.status).toBe(200);
    return {
      mfakit: (await mfa.begin('ann')).next === 'verify' ? 'asks for the second factor' : 'signs in',
      'better-auth': signedIn ? 'signs in' : 'asks for the second factor',
      otplib: NONE,
    };
  },
};

const page = readFileSync(new URL('../../../docs/comparison.md', import.meta.url), 'utf8');

/** The cells of a row of the page. */
function cellsOf(question: string): readonly string[] {
  const line = page.split('\n').find((each) => each.startsWith(`| ${question} `)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test.each(Object.entries(ROWS))('%s', async (question, run) => {
  const answers = await run();
  expect(cellsOf(question)).toEqual([answers.mfakit, answers['better-auth'], answers.otplib]);
});

test('the page names the versions that were run', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  for (const name of ['better-auth', 'otplib']) expect(page).toContain(`${name} ${manifest.devDependencies[name]}`);
});
