/** createMfa: picks the defaults, wires the ports, and joins each call's input to its transition and result. */
import type { BeginResult, Mfa } from './api.ts';
import type { Transition } from './decision.ts';
import { parseFresh, parseProof, parseSecondFactor, type ProofParser } from './attempts/proof.ts';
import { createPasswords } from './attempts/passwords.ts';
import { createProver, type Claim } from './attempts/prove.ts';
import { checkParts } from './check.ts';
import { checkedStore } from './checked-store.ts';
import { defaultHasher } from './crypto/argon2id.ts';
import { createHashQueue } from './crypto/hash-queue.ts';
import { deriveKeyring } from './crypto/keyring.ts';
import { checkedRandom, inBlocks, systemRandom } from './crypto/random.ts';
import { createSealer } from './crypto/sealer.ts';
import { createDecide, type Clock, type Committed } from './decide.ts';
import { createEnrollment } from './enrollment.ts';
import { invalidInput, MfaError } from './errors.ts';
import { forgetDevice, forgetDevices } from './devices/forget.ts';
import { parseFromDevice, parseTrustDevice, presentDevice } from './devices/input.ts';
import { findDevice, isLockedForDevice } from './devices/recognize.ts';
import { createFactorKinds } from './factors/factor-kinds.ts';
import { createFactorSecrets } from './factors/factor-secrets.ts';
import { createImport } from './import/import-user.ts';
import { asObject, parseInstant, parseRequest, parseUserId, parseWhole } from './input.ts';
import { LIMITS } from './limits.ts';
import { createLoginFailures } from './login-failures.ts';
import { createLists } from './lists/lists.ts';
import { createMarks } from './lists/marks.ts';
import { countKeyUsage, MOST_AT_A_TIME, rekeyAll } from './maintenance.ts';
import { observedCalls, observedQueue, observedStore } from './observe/observed-parts.ts';
import { resolveOptions, type MfaOptions } from './options.ts';
import { isLockedInSession, lockedError } from './policies/lockout.ts';
import { createDemandOn } from './policies/requirement.ts';
import { createReadRecord } from './record/read-record.ts';
import { EMPTY_RECORD, type MfaRecord } from './record/record.ts';
import { createSeenRecords, rememberingStore } from './seen-records.ts';
import { createSignInAlone } from './sign-in-alone.ts';
import { toStatus } from './status.ts';
import { createTokens } from './tokens.ts';
import { breakGlass, enforce, exempt, forget, passwordChanged, unlock } from './transitions/administration.ts';
import { begin, type NextStep } from './transitions/begin.ts';
import { regenerateAttempt, regenerateGate } from './transitions/regenerate.ts';
import { disableAttempt, removeFactorAttempt, reset } from './transitions/removal.ts';
import { acceptance } from './transitions/verify.ts';
import { firstFactorOf, toVerified } from './verified.ts';

/**
 * Makes the library for one application.
 * @throws {TypeError | RangeError} at once if an option is missing or wrong, naming it
 * @example
 * ```ts
 * const mfa = createMfa({ issuer: 'Acme', store: memoryStore(), keys: [process.env['MFA_KEY'] ?? ''], verifyPassword });
 * ```
 */
export function createMfa(options: MfaOptions): Mfa {
  const resolved = resolveOptions(options);
  const { verifyPassword, challengeTtlSeconds, setupTtlSeconds } = resolved;
  const clock = soundClock(options.clock ?? (() => Date.now()));
  const random = checkedRandom(options.random ?? inBlocks(systemRandom));
  const hashQueue = observedQueue(createHashQueue(options.hasher ?? defaultHasher()), options.observe);
  const kinds = createFactorKinds(resolved, { issuer: resolved.issuer, random }, hashQueue);
  const keyring = deriveKeyring(resolved.keys);
  const keyIds = keyring.map((keys) => keys.id);
  const tokenSealer = createSealer(keyring, 'tokens', random);
  const secretSealer = createSealer(keyring, 'secrets', random);
  const secrets = createFactorSecrets(secretSealer, kinds.all);

  const seenRecords = createSeenRecords();
  const asked = checkedStore(options.store, createReadRecord(kinds.enrolled), createMarks(kinds.enrolled));
  const store = rememberingStore(observedStore(asked, options.observe), seenRecords);
  const peek = async (userId: unknown): Promise<MfaRecord> =>
    (await store.read(parseUserId(userId)))?.record ?? EMPTY_RECORD;
  const policy = {
    lockout: resolved.lockout,
    maxFactors: resolved.maxFactors,
    devices: resolved.trustedDevices ?? null,
  };
  const demandOn = createDemandOn(resolved.require);
  const context = (userId: string) => {
    const demand = demandOn(userId);
    if (demand instanceof Promise) return demand.then((answer) => ({ policy, secrets, demand: answer }));
    return { policy, secrets, demand };
  };
  const decide = createDecide({ store, seenRecords, clock, random, onEvent: options.onEvent, context });
  const passwords = createPasswords(verifyPassword);
  const prover = createProver({ decide, read: store.read, clock, passwords, secrets });
  const countLoginFailure = createLoginFailures(decide);

  const tokens = createTokens({
    sealer: tokenSealer,
    random,
    clock,
    kinds: kinds.all,
    ttlSeconds: challengeTtlSeconds,
  });
  const parser: ProofParser = {
    kinds: kinds.all,
    passwordless: verifyPassword === 'passwordless',
    openToken: tokens.open,
  };
  const claimOf = async (userId: unknown, given: unknown, request: unknown): Promise<Claim> => {
    const id = parseUserId(userId);
    const proof = parseProof(parser, id, given);
    const claim = { userId: id, proof, request: parseRequest(request) };
    if (proof.password === null && (await passwords.has(id))) throw new MfaError('proof_required');
    return claim;
  };
  /** A change by the host or its support staff, which waits for no queue of the user's own. */
  const change = async (userId: unknown, transition: Transition<undefined>, request: unknown): Promise<void> => {
    await decide(parseUserId(userId), transition, parseRequest(request), 'support');
  };

  const toBeginResult = (userId: string, { result, record }: Committed<NextStep>): BeginResult => {
    const { next, now, enrollBy, remind, device } = result;
    const known = { sessionEpoch: record.sessionEpoch, seq: record.lastEventSeq };
    if (next === 'signed-in') {
      const reminder = enrollBy !== null && { enrollBy: new Date(enrollBy), ...(remind && { remind }) };
      return { next, ...known, ...reminder, ...(device && { device }) };
    }
    if (next === 'enroll') return { next, ...tokens.enroll(userId, record, now, setupTtlSeconds) };
    return { next, ...tokens.ask('verify', userId, record, now), ...(device && { device }) };
  };

  const calls: Mfa = {
    ...createEnrollment({
      options: resolved,
      kinds,
      decide,
      peek,
      passwords,
      prover,
      secrets,
      clock,
      random,
      parser,
    }),
    ...createSignInAlone({ kinds, tokens, prover }),
    ...createLists({ store, clock, kinds: kinds.enrolled, require: resolved.require, demandOn }),
    ...createImport({ options: resolved, windowSteps: resolved.totp.windowSteps, kinds, decide, secrets, clock }),

    async begin(userId, request, known) {
      const id = parseUserId(userId);
      const { seenSeq } = asObject('options', known ?? {});
      const seq = seenSeq === undefined ? 0 : parseWhole('seenSeq', seenSeq, 0, Number.MAX_SAFE_INTEGER);
      const presented = presentDevice(parseFromDevice(known), random);
      return toBeginResult(id, await decide(id, begin(seq, presented), parseRequest(request)));
    },

    tokenHolder: async (token) => tokens.holder(token),

    async verify(input, request) {
      const { token, trustDevice, ...given } = asObject('input', input);
      const presented = parseSecondFactor(kinds.all, given, tokens.textOf(token));
      const trust = parseTrustDevice(trustDevice, kinds.all, random);
      const challenge = tokens.open('verify', token);
      const { userId } = challenge;
      const claim = { userId, proof: { password: null, presented, challenge }, request: parseRequest(request) };
      const committed = await prover.prove(claim, acceptance('verify', trust));
      return toVerified(kinds.all, userId, committed, await firstFactorOf(userId, passwords));
    },

    async challenge(userId) {
      const id = parseUserId(userId);
      const record = await peek(id);
      const now = clock();
      if (record.factors.length === 0) throw new MfaError('not_enabled');
      if (isLockedInSession(record.lockout, now)) throw lockedError(record.lockout);
      return tokens.ask('prove', id, record, now);
    },

    async stepUp(userId, input, request) {
      const id = parseUserId(userId);
      const claim = { userId: id, proof: parseFresh(parser, id, input), request: parseRequest(request) };
      return toVerified(kinds.all, id, await prover.prove(claim, acceptance('stepUp')), null);
    },

    async disable(userId, proof, request) {
      const { record } = await prover.prove(await claimOf(userId, proof, request), disableAttempt);
      return { sessionEpoch: record.sessionEpoch, seq: record.lastEventSeq };
    },

    async removeFactor(userId, factorId, proof, request) {
      const { record } = await prover.prove(await claimOf(userId, proof, request), removeFactorAttempt(factorId));
      return { sessionEpoch: record.sessionEpoch, seq: record.lastEventSeq };
    },

    async regenerate(userId, proof, request) {
      const claim = await claimOf(userId, proof, request);
      const { drawn, shown } = kinds.backupCodes.draw();
      const { record } = await prover.proveThen(claim, regenerateGate, {
        reserve: () => kinds.backupCodes.reserveSet(claim.userId),
        prepare: async (lease) =>
          regenerateAttempt(await kinds.backupCodes.hashSet(claim.userId, drawn, lease, secrets)),
      });
      return { backupCodes: shown, sessionEpoch: record.sessionEpoch, seq: record.lastEventSeq };
    },

    async status(userId) {
      const id = parseUserId(userId);
      const demand = await demandOn(id);
      const record = await peek(id);
      return toStatus(record, {
        kinds: kinds.enrolled,
        policy: resolved.lockout,
        devices: policy.devices,
        now: clock(),
        demand,
        passwordNeeded: await passwords.has(id),
      });
    },

    enforce: async (userId, grace, request) => {
      const { from } = asObject('options', grace ?? {});
      await change(userId, enforce(from === undefined ? clock() : parseInstant('from', from)), request);
    },
    exempt: async (userId, grace, request) => {
      const { until } = asObject('options', grace ?? {});
      await change(userId, exempt(until === undefined ? null : parseInstant('until', until)), request);
    },
    breakGlass: async (userId, length, request) => {
      const { minutes } = asObject('options', length);
      const forMs = parseWhole('minutes', minutes, 1, LIMITS.breakGlassMinutes) * 60_000;
      const { reason } = parseRequest(request);
      if (reason === undefined) throw invalidInput('reason', 'must be given');
      await change(userId, breakGlass(forMs, reason), request);
    },
    forgetDevice: (userId, deviceId, request) => change(userId, forgetDevice(deviceId), request),
    forgetDevices: (userId, request) => change(userId, forgetDevices, request),
    passwordFailed: async (userId, request, from) =>
      countLoginFailure(parseUserId(userId), { request: parseRequest(request), entries: parseFromDevice(from) }),
    passwordChanged: async (userId, request) => {
      const { record } = await decide(parseUserId(userId), passwordChanged, parseRequest(request), 'support');
      return { sessionEpoch: record.sessionEpoch, seq: record.lastEventSeq };
    },
    unlock: (userId, request) => change(userId, unlock, request),
    reset: (userId, request) => change(userId, reset, request),
    forget: (userId, request) => change(userId, forget, request),

    async assertNotLocked(userId, from) {
      const id = parseUserId(userId);
      const entries = parseFromDevice(from);
      const demand = await demandOn(id);
      const record = await peek(id);
      const now = clock();
      const named = findDevice(record, entries, { policy, now, demand });
      if (isLockedForDevice(record, named, now)) throw lockedError(record.lockout);
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

    rekey(sweep = {}) {
      const { after, concurrency, actor } = asObject('options', sweep);
      return rekeyAll(store, decide, keyIds[0] ?? '', {
        signal: sweep.signal,
        after: after === undefined ? undefined : parseUserId(after, 'after'),
        concurrency: concurrency === undefined ? 1 : parseWhole('concurrency', concurrency, 1, MOST_AT_A_TIME),
        request: parseRequest({ actor }),
      });
    },
    keyReport: async (sweep = {}) => countKeyUsage(store, keyIds, sweep),
    check: () => checkParts({ sealers: [secretSealer, tokenSealer], clock, hashQueue, store }),
    clock,
  };
  return observedCalls(calls, options.observe);
}

/** Refuses what is no instant: no time step, lock or expiry is computed from it. */
function soundClock(clock: Clock): Clock {
  return () => {
    const now = Math.floor(clock());
    if (!Number.isSafeInteger(now)) throw new TypeError('clock must give epoch milliseconds');
    return now;
  };
}
