/** createMfa: picks the defaults, wires the ports, and joins each call's input to its transition and result. */
import type { BeginResult, Mfa, MfaStatus, TokenHolder } from './api.ts';
import { checkedStore } from './checked-store.ts';
import { createCommit, type Clock } from './commit.ts';
import { defaultHasher } from './crypto/argon2id.ts';
import { openChallenge, sealChallenge, type Challenge, type ChallengePurpose } from './crypto/challenge-token.ts';
import { createHashQueue } from './crypto/hash-queue.ts';
import { deriveKeyring } from './crypto/keyring.ts';
import { systemRandom } from './crypto/random.ts';
import { createSealer } from './crypto/sealer.ts';
import { createEnrolment } from './enrolment.ts';
import { MfaError } from './errors.ts';
import { createBackupCodes } from './factors/backup-codes.ts';
import {
  asObject,
  parseFactor,
  parseInstant,
  parseProof,
  parseRequest,
  parseToken,
  parseUserId,
  parseWhole,
} from './input.ts';
import { LIMITS } from './limits.ts';
import { countKeyUsage, rekeyAll } from './maintenance.ts';
import { resolveOptions, type MfaOptions } from './options.ts';
import { isLocked, lockedError, lockEnd } from './policies/lockout.ts';
import { createProver, type Claim } from './prove.ts';
import { EMPTY_RECORD, type MfaRecord } from './record.ts';
import { enforce, exempt, forget, unlock } from './transitions/administration.ts';
import { failLogin } from './transitions/attempt.ts';
import { begin, type NextStep } from './transitions/begin.ts';
import type { Transition } from './transitions/decision.ts';
import { regenerateAttempt, regenerateGate } from './transitions/regenerate.ts';
import { disableAttempt, removeFactorAttempt, reset } from './transitions/removal.ts';
import { verifyAttempt } from './transitions/verify.ts';
import { toVerified } from './verified.ts';

/**
 * Makes the library for one application.
 * @throws {TypeError | RangeError} at once where an option is missing or wrong, naming it
 * @example
 * ```ts
 * const mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys: [process.env['MFA_KEY'] ?? ''], verifyPassword });
 * ```
 */
export function createMfa(options: MfaOptions): Mfa {
  const resolved = resolveOptions(options);
  const { verifyPassword, challengeTtlSeconds } = resolved;
  const store = checkedStore(options.store);
  const clock = soundClock(options.clock ?? Date.now);
  const random = options.random ?? systemRandom;
  const hashQueue = createHashQueue(options.hasher ?? defaultHasher());
  const keyring = deriveKeyring(resolved.keys);
  const keyIds = keyring.map((keys) => keys.id);
  const secrets = createSealer(keyring, 'secrets', random);
  const tokens = createSealer(keyring, 'tokens', random);

  const policy = {
    lockout: resolved.lockout,
    windowSteps: resolved.totp.windowSteps,
    maxFactors: resolved.maxFactors,
  };
  const commit = createCommit({ store, clock, random, onEvent: options.onEvent, policy, secrets });
  const prover = createProver({ commit, hashQueue, verifyPassword });

  /** By the answer of `tokenHolder`: such a token is open already. */
  const opened = new WeakMap<TokenHolder, Challenge>();
  const openToken = (purpose: ChallengePurpose, token: unknown): Challenge => {
    const challenge = opened.get(token as TokenHolder) ?? openChallenge(purpose, parseToken(token), tokens);
    if (challenge?.purpose !== purpose) throw new MfaError('invalid_token');
    return challenge;
  };
  const claimOf = (userId: unknown, proof: unknown, request: unknown): Claim => ({
    userId: parseUserId(userId),
    proof: parseProof(proof, verifyPassword === 'passwordless'),
    request: parseRequest(request),
  });
  const change = async (userId: unknown, transition: Transition<undefined>, request: unknown): Promise<void> =>
    commit(parseUserId(userId), transition, parseRequest(request));
  const recordOf = async (userId: unknown): Promise<MfaRecord> =>
    (await store.read(parseUserId(userId)))?.record ?? EMPTY_RECORD;

  const toBeginResult = (userId: string, { next, record, now }: NextStep): BeginResult => {
    if (next === 'signed-in') {
      return record.enforcement === null ? { next } : { next, enrollBy: new Date(record.enforcement.from) };
    }
    const expiresAt = now + challengeTtlSeconds * 1000;
    const token = sealChallenge({ purpose: next, userId, epoch: record.epoch, expiresAt }, tokens, random);
    const issued = { token, expiresAt: new Date(expiresAt) };
    if (next === 'enroll') return { next, ...issued };
    return { next, ...issued, methods: record.backupCodes?.remaining ? ['totp', 'backup_code'] : ['totp'] };
  };

  return {
    ...createEnrolment({ options: resolved, commit, prover, secrets, clock, random, hashQueue, openToken }),

    async begin(userId, request) {
      const id = parseUserId(userId);
      return toBeginResult(id, await commit(id, begin, parseRequest(request)));
    },

    async tokenHolder(token) {
      const text = parseToken(token);
      const challenge = openChallenge('verify', text, tokens) ?? openChallenge('enroll', text, tokens);
      if (challenge === null || clock() >= challenge.expiresAt) throw new MfaError('invalid_token');
      const holder: TokenHolder = { userId: challenge.userId, token: text };
      opened.set(holder, challenge);
      return holder;
    },

    async verify(input, request) {
      const { token, ...factor } = asObject('input', input);
      const proof = { password: null, factor: parseFactor(factor) };
      const challenge = openToken('verify', token);
      const claim = { userId: challenge.userId, proof, request: parseRequest(request) };
      return toVerified(claim.userId, await prover.prove(claim, verifyAttempt(challenge)), verifyPassword);
    },

    async stepUp(userId, input, request) {
      const proof = { password: null, factor: parseFactor(input) };
      const claim = { userId: parseUserId(userId), proof, request: parseRequest(request) };
      return toVerified(claim.userId, await prover.prove(claim, verifyAttempt(null)), null);
    },

    async disable(userId, proof, request) {
      await prover.prove(claimOf(userId, proof, request), disableAttempt);
    },

    async removeFactor(userId, factorId, proof, request) {
      await prover.prove(claimOf(userId, proof, request), removeFactorAttempt(factorId));
    },

    async regenerate(userId, proof, request) {
      const claim = claimOf(userId, proof, request);
      // Before anything is counted: a flood of setups must not lock this account.
      hashQueue.assertRoom(resolved.backupCodes.count);
      let backupCodes: readonly string[] = [];
      await prover.proveThen(claim, regenerateGate, async () => {
        const { codes, set } = await createBackupCodes(claim.userId, resolved.backupCodes, {
          random,
          hashQueue,
          secrets,
        });
        backupCodes = codes;
        return regenerateAttempt(set);
      });
      return { backupCodes };
    },

    status: async (userId) => toStatus(await recordOf(userId), clock()),

    enforce: async (userId, grace, request) => {
      const { from } = asObject('options', grace ?? {});
      await change(userId, enforce(from === undefined ? clock() : parseInstant('from', from)), request);
    },
    exempt: (userId, request) => change(userId, exempt, request),
    passwordFailed: (userId, request) => change(userId, failLogin, request),
    unlock: (userId, request) => change(userId, unlock, request),
    reset: (userId, request) => change(userId, reset, request),
    forget: (userId, request) => change(userId, forget, request),

    async assertNotLocked(userId) {
      const { lockout } = await recordOf(userId);
      if (isLocked(lockout, clock())) throw lockedError(lockout);
    },

    async history(userId, page) {
      const id = parseUserId(userId);
      const { before, limit } = asObject('page', page ?? {});
      const checked = {
        before: before === undefined ? undefined : parseWhole('before', before, 1, Number.MAX_SAFE_INTEGER),
        limit: limit === undefined ? 50 : parseWhole('limit', limit, 1, LIMITS.historyEvents),
      };
      return store.events(id, checked);
    },

    rekey: ({ signal } = {}) => rekeyAll(store, commit, keyIds[0] ?? '', signal),
    keyReport: () => countKeyUsage(store, keyIds),
  };
}

function toStatus({ factors, backupCodes, lockout, enforcement }: MfaRecord, now: number): MfaStatus {
  const locked = isLocked(lockout, now);
  return {
    enabled: factors.length > 0,
    factors: factors.map(({ id, kind, label, createdAt, lastUsedAt }) => ({
      id,
      kind,
      label,
      createdAt: new Date(createdAt),
      lastUsedAt: new Date(lastUsedAt),
    })),
    backupCodesRemaining: backupCodes?.remaining ?? 0,
    locked,
    lockedUntil: locked ? lockEnd(lockout.lockedUntil) : null,
    enforcement: enforcement && { from: new Date(enforcement.from) },
  };
}

/** A clock that is off refuses: no time step, lock or expiry is computed from it. */
function soundClock(clock: Clock): Clock {
  return () => {
    const now = Math.floor(clock());
    if (!Number.isSafeInteger(now)) throw new TypeError('clock must give epoch milliseconds');
    return now;
  };
}
