/** invariants 1, 2, 4, 6, 7 and 10: random lives of two users with passkeys, against a model. */
import { fc, test } from '@fast-check/vitest';
import { outcomeOf, softwareKey, type BentResponse, type SoftwareAssertion, type SoftwareKey } from '@mfakit/testkit';
import { expect } from 'vitest';
import { lock, stage, type Stage } from '../harness.ts';
import { answered, creationOptions, passkeyProof, WRONG_SIGNATURE, withPasskeys } from './passkey-harness.ts';

/** `MFAKIT_TEST_LONG=1`: a thousand lives. A failure prints its seed. */
const LIVES = process.env['MFAKIT_TEST_LONG'] === '1' ? 1000 : 60;

const USERS = ['ann', 'bob'] as const;
const LOCK_SECONDS = 3600;

type User = (typeof USERS)[number];
type Purpose = 'verify' | 'prove' | 'alone';

/** How a response is bent. */
const BENDS: Readonly<Record<string, BentResponse>> = {
  honest: {},
  signature: WRONG_SIGNATURE,
  origin: { clientData: { origin: 'https://example.net' } },
  unverified: { userVerified: false },
  regressed: { signCount: 1 },
};

/** What the model knows of a passkey. */
interface Passkey {
  readonly owner: User;
  readonly key: SoftwareKey;
  readonly factorId: string;
  readonly synced: boolean;
  signCount: number;
  active: boolean;
}

/** What it knows of a token. */
interface Token {
  readonly purpose: Purpose;
  readonly user: User | null;
  readonly asked: Parameters<typeof answered>[0];
  readonly expiresAt: number;
  readonly era: number;
  /** Who has signed in with it: whoever it is, once. A record knows only what its own user has spent. */
  readonly spentBy: Set<User>;
}

/** An answer that was signed; it may be sent again. */
interface Answer {
  readonly token: Token;
  readonly passkey: Passkey;
  readonly bend: string;
  readonly input: { readonly token: string; readonly credential: SoftwareAssertion };
}

interface Account {
  /** Grows with every change of factors and with a new password. */
  era: number;
  failures: number;
  lockedUntil: number;
}

const user = fc.constantFrom<User>(...USERS);
const named = <Name extends string>(name: Name): fc.Arbitrary<Name> => fc.constant(name);
const drawn = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: named('ask'), user, purpose: fc.constantFrom('verify', 'prove', 'alone') }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: named('answer'),
      token: fc.constantFrom(0, 0, 0, 1, 2),
      passkey: fc.nat({ max: 3 }),
      bend: fc.constantFrom('honest', 'honest', 'honest', ...Object.keys(BENDS)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: named('repeat'), answer: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: named('add'), user, synced: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: named('remove'), user }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('passwordChanged', 'reset', 'forget', 'lock', 'unlock'), user }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: named('advance'), seconds: fc.constantFrom(1, 30, 299, 300, LOCK_SECONDS) }),
  },
);

type Step = typeof drawn extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Big-endian, in the authenticator data (WebAuthn Level 3 §6.1). */
function signCountOf({ credential: { response } }: Answer['input']): number {
  return Buffer.from(response.authenticatorData, 'base64url').readUInt32BE(33);
}

class Life {
  readonly #on: Stage = stage({ ...withPasskeys(), lockout: { durationSeconds: LOCK_SECONDS } });
  readonly #accounts: Readonly<Record<User, Account>> = {
    ann: { era: 0, failures: 0, lockedUntil: 0 },
    bob: { era: 0, failures: 0, lockedUntil: 0 },
  };
  readonly #passkeys: Passkey[] = [];
  readonly #tokens: Token[] = [];
  readonly #answers: Answer[] = [];

  async play(step: Step): Promise<void> {
    const { mfa, clock } = this.#on;
    // No two in one instant: an epoch is an instant.
    clock.advance({ milliseconds: 1 });
    switch (step.do) {
      case 'ask':
        return this.#ask(step.purpose, step.user);
      case 'answer':
        return this.#answer(step.token, step.passkey, step.bend);
      case 'repeat': {
        const answer = this.#answers.at(-1 - step.answer);
        return answer && this.#send(answer);
      }
      case 'add':
        return this.#add(step.user, step.synced);
      case 'remove':
        return this.#remove(step.user);
      case 'advance':
        return clock.advance({ seconds: step.seconds });
      case 'lock':
        await mfa.unlock(step.user);
        await lock(this.#on, step.user);
        Object.assign(this.#accounts[step.user], { failures: 10, lockedUntil: clock() + LOCK_SECONDS * 1000 });
        return;
      case 'unlock':
        await mfa.unlock(step.user);
        Object.assign(this.#accounts[step.user], { failures: 0, lockedUntil: 0 });
        return;
      case 'passwordChanged':
        await mfa.passwordChanged(step.user);
        this.#accounts[step.user].era += 1;
        Object.assign(this.#accounts[step.user], { failures: 0, lockedUntil: 0 });
        return;
      case 'reset':
      case 'forget':
        await mfa[step.do](step.user);
        this.#accounts[step.user].era += 1;
        for (const passkey of this.#active(step.user)) passkey.active = false;
        if (step.do === 'forget') Object.assign(this.#accounts[step.user], { failures: 0, lockedUntil: 0 });
    }
  }

  /** What is stored is what the model says, and what was told is what is stored. */
  async check(): Promise<void> {
    for (const name of USERS) {
      const { factors } = await this.#on.mfa.status(name);
      const active = this.#active(name);
      expect(factors.map(({ id }) => id)).toEqual(active.map(({ factorId }) => factorId));
      const { record } = (await this.#on.store.read(name)) ?? {};
      if (record === undefined) continue;
      const last = this.#on.events.findLast(({ userId }) => userId === name);
      expect(record.lastEventSeq, 'what is stored was told').toBe(last?.seq);
      expect(record.lockout.failures, 'a passkey is no guess').toBe(this.#accounts[name].failures);
      expect(record.factors.map((factor) => (factor as unknown as Passkey).signCount)).toEqual(
        active.map(({ signCount }) => signCount),
      );
    }
  }

  #active(name: User): readonly Passkey[] {
    return this.#passkeys.filter(({ owner, active }) => owner === name && active);
  }

  async #ask(purpose: Purpose, name: User): Promise<void> {
    const { mfa, clock } = this.#on;
    const { era, lockedUntil } = this.#accounts[name];
    const enabled = this.#active(name).length > 0;
    let asked: Token['asked'] & { readonly expiresAt: Date };
    if (purpose === 'alone') asked = await mfa.passkeyChallenge();
    else if (purpose === 'prove') {
      if (!enabled) return expect(await outcomeOf(mfa.challenge(name))).toBe('not_enabled');
      asked = await mfa.challenge(name);
    } else {
      if (clock() < lockedUntil) return expect(await outcomeOf(mfa.begin(name))).toBe('locked');
      const begun = await mfa.begin(name);
      expect(begun.next).toBe(enabled ? 'verify' : 'signed-in');
      // Without a second factor the password was enough, and clears what was counted of wrong ones.
      if (begun.next !== 'verify') return void Object.assign(this.#accounts[name], { failures: 0, lockedUntil: 0 });
      asked = begun;
    }
    const whose = purpose === 'alone' ? null : name;
    this.#tokens.push({ purpose, user: whose, asked, expiresAt: asked.expiresAt.getTime(), era, spentBy: new Set() });
  }

  async #answer(tokenIndex: number, passkeyIndex: number, bend: string): Promise<void> {
    const token = this.#tokens.at(-1 - tokenIndex);
    const passkey = this.#passkeys.at(-1 - passkeyIndex);
    if (token === undefined || passkey === undefined) return;
    // A synced passkey never counts.
    const bent = passkey.synced && bend === 'regressed' ? {} : BENDS[bend];
    const answer = { token, passkey, bend, input: await answered(token.asked, passkey.key, bent) };
    this.#answers.push(answer);
    return this.#send(answer);
  }

  /** Sends an answer, and expects what the model says of it. */
  async #send(answer: Answer): Promise<void> {
    const { mfa, events } = this.#on;
    const { token, passkey, input } = answer;
    const name = token.user ?? passkey.owner;
    const expected = this.#outcome(answer, name);
    const told = events.length;
    const calls = {
      verify: () => mfa.verify(input),
      prove: () => mfa.stepUp(name, input),
      alone: () => mfa.passkeySignIn(input),
    };
    expect(await outcomeOf(calls[token.purpose]()), `${token.purpose}, ${answer.bend}`).toBe(expected);
    const verified = events.slice(told).filter(({ type }) => type === 'verified');
    expect(verified.length, 'a success is told once, and nothing else is told as one').toBe(
      expected === 'accepted' ? 1 : 0,
    );
    if (expected !== 'accepted') return;
    token.spentBy.add(name);
    if (!passkey.synced) passkey.signCount = signCountOf(input);
    // Only the token of a sign-in stands for a password, which clears what was counted of wrong ones.
    if (token.purpose === 'verify') Object.assign(this.#accounts[name], { failures: 0, lockedUntil: 0 });
  }

  #outcome({ token, passkey, bend, input }: Answer, name: User): string {
    const { era, lockedUntil } = this.#accounts[name];
    const now = this.#on.clock();
    if (now >= token.expiresAt) return 'invalid_token';
    if (token.spentBy.has(name)) return 'token_used';
    if (token.purpose !== 'alone' && token.era !== era) return 'invalid_token';
    // Wrong passwords lock neither a session nor a passkey that signs in alone.
    if (token.purpose === 'verify' && now < lockedUntil) return 'locked';
    if (!passkey.active || passkey.owner !== name) return 'unknown_credential';
    if (bend === 'signature' || bend === 'origin') return 'invalid_assertion';
    if (!passkey.synced && signCountOf(input) <= passkey.signCount) return 'counter_regressed';
    return bend === 'unverified' && token.purpose === 'alone' ? 'password_required' : 'accepted';
  }

  /** The honest answer of a passkey of this user; `null` if there is none, or its counter is behind. */
  async #proof(name: User): Promise<Awaited<ReturnType<typeof passkeyProof>> | null> {
    const [passkey] = this.#active(name);
    if (passkey === undefined) return null;
    const proof = await passkeyProof(this.#on, name, passkey.key);
    const signCount = signCountOf(proof);
    if (!passkey.synced && signCount <= passkey.signCount) return null;
    if (!passkey.synced) passkey.signCount = signCount;
    return proof;
  }

  async #add(name: User, synced: boolean): Promise<void> {
    const { mfa, clock } = this.#on;
    const held = this.#active(name).length;
    if (held === 4) return;
    const first = held === 0;
    const proof = await this.#proof(name);
    if (proof === null && !first) return;
    // Everybody is let in here, so that something can happen to them.
    await this.play({ do: 'unlock', user: name });
    const key = await softwareKey({ backupEligible: synced });
    const { factorId, options } = await creationOptions(this.#on, name, first ? {} : { proof });
    await mfa.confirm({ userId: name }, { credential: await key.create(options) });
    this.#accounts[name].era += 1;
    const signCount = (await this.#signCounts(name)).at(-1) ?? 0;
    this.#passkeys.push({ owner: name, key, factorId, synced, signCount, active: true });
    clock.advance({ milliseconds: 1 });
  }

  async #signCounts(name: User): Promise<readonly number[]> {
    const { record } = (await this.#on.store.read(name)) ?? {};
    return (record?.factors ?? []).map((factor) => (factor as unknown as Passkey).signCount);
  }

  async #remove(name: User): Promise<void> {
    const active = this.#active(name);
    const last = active.at(-1);
    if (active.length < 2 || last === undefined) return;
    await this.play({ do: 'unlock', user: name });
    const proof = await this.#proof(name);
    if (proof === null) return;
    await this.#on.mfa.removeFactor(name, last.factorId, proof);
    last.active = false;
    this.#accounts[name].era += 1;
  }
}

test.prop([fc.array(drawn, { minLength: 6, maxLength: 40, size: 'max' })], { numRuns: LIVES, endOnFailure: true })(
  'every answer ends as the model says, and nothing that is told or stored says otherwise',
  async (steps) => {
    const life = new Life();
    for (const name of USERS) await life.play({ do: 'add', user: name, synced: name === 'bob' });
    for (const each of steps) {
      await life.play(each);
      await life.check();
    }
  },
  LIVES * 1000,
);
