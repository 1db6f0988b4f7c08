import { inspect } from 'node:util';
import { base32nopad } from '@scure/base';
import { createMfa, MfaError, type Mfa } from '@mfakit/core';
import {
  MFA_CALLS,
  provenBy,
  readyForCalls,
  TEST_PASSWORD,
  virtualAuthenticator,
  wrongCode,
  type VirtualAuthenticator,
  type CallName,
} from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { KEY_A, KEY_B, lockEverywhere, stage } from '../harness.ts';
import { unreadable } from '../store/unreadable-record.ts';
import { everyTextOf, Secrets } from './secrets.ts';

/** Lives through everything, and gives what was shown to the user and all that was left elsewhere. */
async function lifeCycle(): Promise<{ readonly secrets: Secrets; readonly sinks: Readonly<Record<string, string>> }> {
  const on = stage();
  const { mfa, clock, store, events, token } = on;
  const secrets = new Secrets();
  const errors: unknown[] = [];
  const outputs: unknown[] = [];
  const records: string[] = [];
  const keep = async (): Promise<void> => void records.push(await store.dump('ann', 'eve'));
  const run = async (call: Promise<unknown>): Promise<void> => {
    await call.then(
      (output) => outputs.push(output),
      (error: unknown) => errors.push(error),
    );
    await keep();
  };

  secrets.addBytes('master key A', Buffer.from(KEY_A, 'base64'));
  secrets.addBytes('master key B', Buffer.from(KEY_B, 'base64url'));
  secrets.add('password', TEST_PASSWORD);
  const enroll = async (
    subject: Parameters<Mfa['setup']>[0],
    proof?: Parameters<Mfa['disable']>[1],
  ): Promise<{ phone: VirtualAuthenticator; code: () => string; backupCodes: readonly string[] }> => {
    const staged = await mfa.setup(subject, { accountName: 'ann', ...(proof && { proof }) });
    secrets.addBytes('secret', base32nopad.decode(staged.secret));
    secrets.addBackupCodes(staged.backupCodes);
    const phone = virtualAuthenticator(staged.uri);
    return {
      phone,
      backupCodes: staged.backupCodes,
      code: () => {
        const code = phone.code(clock());
        secrets.addCode(code);
        return code;
      },
    };
  };
  const remember = (held: string): string => {
    secrets.addToken(held);
    return held;
  };

  const ann = await enroll({ userId: 'ann' });
  await run(mfa.confirm({ userId: 'ann' }, { code: 'wrong!' }));
  await run(mfa.confirm({ userId: 'ann' }, { code: wrongCode(ann.phone, clock()) }));
  await run(mfa.confirm({ userId: 'ann' }, { code: ann.code() }));
  clock.advance({ seconds: 30 });
  const held = remember(await token('ann'));
  await run(mfa.verify({ token: `${held}x`, code: ann.code() }));
  await run(mfa.verify({ token: held, code: wrongCode(ann.phone, clock()) }));
  await run(mfa.verify({ token: held, code: ann.code() }, { ip: '192.0.2.1', userAgent: 'Test' }));
  await run(mfa.verify({ token: held, code: ann.code() }));
  await run(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
  await run(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
  await run(mfa.disable('ann', { password: `${TEST_PASSWORD} not`, backupCode: ann.backupCodes[1] ?? '' }));
  clock.advance({ seconds: 30 });
  const second = await enroll({ userId: 'ann' }, { password: TEST_PASSWORD, code: ann.code() });
  await run(mfa.confirm({ userId: 'ann' }, { code: second.code() }));
  clock.advance({ seconds: 30 });
  const { backupCodes } = await mfa.regenerate('ann', { password: TEST_PASSWORD, code: ann.code() });
  secrets.addBackupCodes(backupCodes);
  await keep();
  await mfa.enforce('eve');
  const enrollToken = remember(await token('eve'));
  const eve = await enroll({ token: enrollToken });
  await run(mfa.confirm({ token: enrollToken }, { code: eve.code() }));
  for (const call of [mfa.status('ann'), mfa.history('ann', { limit: 200 }), mfa.keyReport(), mfa.status('eve')])
    await run(call);
  const options = { ...on.options, keys: [KEY_B, KEY_A] };
  const rotated = createMfa(options);
  for await (const progress of rotated.rekey()) outputs.push(progress);
  await keep();

  // Faults of every port, each with what it was given in its hands.
  clock.advance({ seconds: 30 });
  const code = second.code();
  await run(
    createMfa({ ...options, hasher: () => Promise.reject(new Error('hasher')) }).stepUp('ann', {
      backupCode: backupCodes[2] ?? '',
    }),
  );
  await run(
    createMfa({ ...options, verifyPassword: () => Promise.reject(new Error('ldap')) }).disable('ann', {
      password: TEST_PASSWORD,
      code,
    }),
  );
  for (const method of ['read', 'commit'] as const) {
    store.fail(method, new Error(`no ${method}`));
    await rotated.stepUp('ann', { code }).catch((error: unknown) => errors.push(error));
    store.fail(method, null);
  }
  await run(rotated.stepUp('ann', { code }));
  await store.edit('eve', unreadable);
  await run(rotated.stepUp('eve', { code: eve.code() }));
  await mfa.unlock('ann');
  await lockEverywhere({ mfa: rotated }, { userId: 'ann', wrongCode: () => wrongCode(ann.phone, on.clock()) });
  await run(rotated.stepUp('ann', { backupCode: backupCodes[3] ?? '' }));
  await run(rotated.reset('ann'));
  await run(rotated.forget('eve'));
  const codes = errors.map((error) => (error instanceof MfaError ? error.code : String(error)));
  expect(codes).toEqual([
    'invalid_input',
    'invalid_code',
    'invalid_token',
    'invalid_code',
    'token_used',
    'invalid_backup_code',
    'invalid_password',
    'busy',
    'store_unavailable', // verifyPassword
    'store_unavailable', // read
    'store_unavailable', // commit
    'secret_unreadable',
    'locked',
  ]);
  expect(outputs.length).toBeGreaterThan(10);
  return {
    secrets,
    sinks: {
      'the store': records.join('\n'),
      'the events': everyTextOf(events),
      'the errors': errors.map(everyTextOf).join('\n'),
      'the later outputs': outputs.map(everyTextOf).join('\n'),
      'the library itself': everyTextOf(mfa),
    },
  };
}

test('R-23, R-44, R-51, R-58, R-65, invariant 8: no secret, code, token, password or key is left anywhere', async () => {
  const { secrets, sinks } = await lifeCycle();
  for (const [sink, text] of Object.entries(sinks)) {
    expect([sink, text.length > 100, secrets.foundIn(text)]).toEqual([sink, true, []]);
  }
});

const NAMES = Object.keys(MFA_CALLS) as CallName[];

test.each(NAMES)('R-65 %s leaves no secret behind: accepted, refused, or over a store that is down', async (name) => {
  for (const way of ['accepted', 'refused', 'down'] as const) {
    const on = stage();
    const { user, input: ready } = await readyForCalls(on, 'ann');
    const token = await on.token('ann');
    const code = user.wrongCode();
    const wrong = provenBy({ ...ready, setupCode: code, token: `${token}x` }, { code }, 'wrong horse');
    const input = way === 'refused' ? wrong : { ...ready, token };
    const secrets = new Secrets();
    secrets.addBytes('master key', Buffer.from(KEY_A, 'base64'));
    secrets.addBytes('secret', base32nopad.decode(user.secret));
    secrets.addBackupCodes(user.backupCodes);
    secrets.add('password', TEST_PASSWORD, 'wrong horse');
    secrets.addToken(token);
    for (const each of [input.secondFactor, input.proof]) if (each?.code !== undefined) secrets.addCode(each.code);
    secrets.addCode(input.setupCode);
    if (way === 'down') {
      for (const method of ['read', 'commit', 'events', 'scan'] as const) on.store.fail(method, new Error('down'));
    }
    // The holder of a token is given with it.
    const ended: unknown = await MFA_CALLS[name].run(on.mfa, input).then(
      (output) => (name === 'tokenHolder' ? null : output),
      (error: unknown) => error,
    );
    const sinks = [everyTextOf(ended), everyTextOf(on.events), await on.store.dump('ann')];
    expect([way, ...sinks.flatMap((text) => secrets.foundIn(text))]).toEqual([way]);
  }
});

test('the search finds what is planted', async () => {
  const { secrets } = await lifeCycle();
  const bytes = Buffer.from(KEY_A, 'base64');
  expect(secrets.foundIn(`x ${TEST_PASSWORD} y`)).toEqual(['password']);
  expect(secrets.foundIn(inspect({ key: bytes.toString('hex') }))).toEqual(['master key A']);
  expect(secrets.foundIn(everyTextOf(new Error('x', { cause: new Error(KEY_B) })))).toContain('master key B');
  expect(secrets.foundIn(everyTextOf({ key: new Uint8Array(bytes) }))).toEqual(['master key A']);
  expect(secrets.foundIn('nothing at all')).toEqual([]);
});
