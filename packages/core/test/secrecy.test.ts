import { inspect } from 'node:util';
import { base32nopad } from '@scure/base';
import { createMfa, MfaError, type Mfa } from '@mfakit/core';
import { virtualAuthenticator, type VirtualAuthenticator } from '@mfakit/testkit';
import { expect, test } from 'vitest';
import { KEY_A, KEY_B, PASSWORD, wrongCode } from './harness.ts';
import { lock, stage, unreadable } from './refusal-cases.ts';

/** Everything that must never be seen again, in every spelling that it might be written in. */
class Secrets {
  readonly #spellings = new Map<string, string>();

  add(name: string, ...spellings: readonly string[]): void {
    for (const spelling of spellings) if (spelling.length >= 6) this.#spellings.set(squeezed(spelling), name);
  }

  addBytes(name: string, bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes);
    this.add(
      name,
      buffer.toString('hex'),
      buffer.toString('base64'),
      buffer.toString('base64url'),
      buffer.toString('latin1'),
      base32nopad.encode(bytes),
      [...bytes].join(','),
      [...bytes].join(', '),
    );
  }

  /** The names of those that occur in a text. */
  foundIn(text: string): readonly string[] {
    const searched = squeezed(text);
    return [...this.#spellings].filter(([spelling]) => searched.includes(spelling)).map(([, name]) => name);
  }
}

/** Case and white space hide nothing: byte arrays, for one, are logged over many lines. */
function squeezed(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, '');
}

/** A text of everything that a log could make of a value. */
function everyTextOf(value: unknown): string {
  const stack =
    value instanceof Error ? `${value.stack} ${value.message} ${String(value)} ${everyTextOf(value.cause)}` : '';
  return `${inspect(value, { depth: null, showHidden: true })} ${JSON.stringify(value) ?? ''} ${stack}`;
}

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
  secrets.add('password', PASSWORD);
  const enrol = async (
    subject: Parameters<Mfa['setup']>[0],
    proof?: Parameters<Mfa['disable']>[1],
  ): Promise<{ phone: VirtualAuthenticator; code: () => string; backupCodes: readonly string[] }> => {
    const staged = await mfa.setup(subject, { accountName: 'ann', ...(proof && { proof }) });
    secrets.addBytes('secret', base32nopad.decode(staged.secret));
    for (const backupCode of staged.backupCodes) secrets.add('backup code', backupCode, backupCode.replaceAll('-', ''));
    const phone = virtualAuthenticator(staged.uri);
    return {
      phone,
      backupCodes: staged.backupCodes,
      code: () => {
        const code = phone.code(clock());
        secrets.add('code', `"${code}"`, `'${code}'`, `:${code},`);
        return code;
      },
    };
  };
  const remember = (held: string): string => {
    secrets.add('token', held, held.split('.')[2] ?? '');
    return held;
  };

  const ann = await enrol({ userId: 'ann' });
  await run(mfa.confirm({ userId: 'ann' }, { code: 'wrong!' }));
  await run(mfa.confirm({ userId: 'ann' }, { code: wrongCode(ann, clock) }));
  await run(mfa.confirm({ userId: 'ann' }, { code: ann.code() }));
  clock.advance({ seconds: 30 });
  const held = remember(await token('ann'));
  await run(mfa.verify({ token: `${held}x`, code: ann.code() }));
  await run(mfa.verify({ token: held, code: wrongCode(ann, clock) }));
  await run(mfa.verify({ token: held, code: ann.code() }, { ip: '192.0.2.1', userAgent: 'Test' }));
  await run(mfa.verify({ token: held, code: ann.code() }));
  await run(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
  await run(mfa.stepUp('ann', { backupCode: ann.backupCodes[0] ?? '' }));
  await run(mfa.disable('ann', { password: `${PASSWORD} not`, backupCode: ann.backupCodes[1] ?? '' }));
  clock.advance({ seconds: 30 });
  const second = await enrol({ userId: 'ann' }, { password: PASSWORD, code: ann.code() });
  await run(mfa.confirm({ userId: 'ann' }, { code: second.code() }));
  clock.advance({ seconds: 30 });
  const { backupCodes } = await mfa.regenerate('ann', { password: PASSWORD, code: ann.code() });
  for (const backupCode of backupCodes) secrets.add('backup code', backupCode, backupCode.replaceAll('-', ''));
  await keep();
  await mfa.enforce('eve');
  const enrollToken = remember(await token('eve'));
  const eve = await enrol({ token: enrollToken });
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
      password: PASSWORD,
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
  await lock(on, 'ann');
  await run(rotated.stepUp('ann', { backupCode: backupCodes[3] ?? '' }));
  await run(rotated.reset('ann'));
  await run(rotated.forget('eve'));
  const codes = errors.map((error) => (error instanceof MfaError ? error.code : String(error)));
  expect(codes).toEqual([
    'invalid_input',
    'invalid_code',
    'invalid_token',
    'invalid_code',
    'invalid_token',
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

test('the search finds what is planted', async () => {
  const { secrets } = await lifeCycle();
  const bytes = Buffer.from(KEY_A, 'base64');
  expect(secrets.foundIn(`x ${PASSWORD} y`)).toEqual(['password']);
  expect(secrets.foundIn(inspect({ key: bytes.toString('hex') }))).toEqual(['master key A']);
  expect(secrets.foundIn(everyTextOf(new Error('x', { cause: new Error(KEY_B) })))).toContain('master key B');
  expect(secrets.foundIn(everyTextOf({ key: new Uint8Array(bytes) }))).toEqual(['master key A']);
  expect(secrets.foundIn('nothing at all')).toEqual([]);
});
