/** Refusal rules: no call is refused for a reason that no version of the record gave. */
import type { MfaRecord, TotpFactor } from '@mfakit/core';
import type { Passkey } from '@mfakit/core/webauthn';
import { lockedAt, type Journal, type Played } from './journal.ts';
import { voids } from './landing-rules.ts';
import { CLOCKS_OFF_MS, requiredFrom } from './limits.ts';

/** A call that took no longer was decided near the time step in which it began. */
const SOON_MS = 20_000;

const held = (record: MfaRecord | null): number => record?.factors.length ?? 0;

const idsOf = (record: MfaRecord | null): string => (record?.devices ?? []).map(({ id }) => id).join();

/** Checks a refusal. */
export function refusalRules(journal: Journal, call: Played): void {
  const { outcome, credential, token, startedAt, endedAt, userId } = call;
  const seen = journal.seenBy(call);
  const some = (holds: (record: MfaRecord | null) => boolean): void =>
    journal.require(seen.some(holds), 'a refusal has a reason', call);
  const factor = (record: MfaRecord | null) =>
    record?.factors.find(({ id }) => credential !== null && 'factorId' in credential && id === credential.factorId);
  const counter = (record: MfaRecord | null): number => (factor(record) as Passkey | undefined)?.signCount ?? -1;
  const lastStep = (record: MfaRecord | null): number => (factor(record) as TotpFactor | undefined)?.lastStep ?? -1;

  switch (outcome) {
    case 'locked':
      return some((record) => lockedAt(record, startedAt - CLOCKS_OFF_MS));
    case 'not_enabled':
      return some((record) => held(record) === 0);
    case 'already_enabled':
      return some((record) => held(record) > 0);
    case 'device_not_found':
      return some((record) => record?.devices === undefined || seen.some((other) => idsOf(other) !== idsOf(record)));
    case 'too_many_factors':
      return some((record) => held(record) > 1);
    case 'required_by_policy':
      return some((record) => requiredFrom(userId, record, startedAt) < Infinity);
    case 'enforcement_not_pending':
      return some((record) => requiredFrom(userId, record, startedAt) > startedAt - CLOCKS_OFF_MS);
    case 'setup_not_started':
      return some((record) => (record?.pending ?? null) === null);
    case 'session_revoked':
      return some((record) => (record?.sessionEpoch ?? 0) !== call.sessionEpoch);
    case 'code_already_used': {
      const [first = 0] = credential?.kind === 'code' ? credential.steps : [];
      return some((record) => lastStep(record) >= first);
    }
    case 'invalid_code': {
      if (credential?.kind !== 'code' || call.name === 'confirm') return;
      const late = endedAt - startedAt > SOON_MS || credential.offset !== 0;
      return some((record) => late || factor(record) === undefined);
    }
    case 'unknown_credential':
      return some((record) => factor(record) === undefined);
    case 'counter_regressed':
      return some((record) => credential?.kind === 'assertion' && counter(record) >= credential.count);
    case 'invalid_assertion': {
      const fits = credential?.kind === 'assertion' && credential.challenge === token?.challenge;
      return journal.require(!fits, 'a refusal has a reason', call);
    }
    case 'invalid_registration':
      // It answers a setup that another one has replaced.
      return some((record) => {
        const waiting = record?.pending?.factor.id ?? null;
        return waiting !== null && (credential?.kind !== 'registration' || waiting !== credential.factorId);
      });
    case 'password_required':
    case 'backup_eligibility_changed':
    case 'already_registered':
      return journal.require(credential?.kind === 'wrong', 'a refusal has a reason', call);
    case 'invalid_backup_code': {
      if (credential?.kind !== 'backup code') return;
      const spent = journal.spentCodes.has(credential.code);
      return some((record) => spent || record?.backupCodes === null || journal.sets.get(record) !== credential.origin);
    }
    case 'invalid_password':
      return journal.require(call.password === 'wrong', 'a refusal has a reason', call);
    case 'setup_voided':
      return some((record) => record?.voidedSetup !== undefined);
    case 'token_used': {
      const used = journal
        .of(userId)
        .some(({ events }) =>
          events.some(
            (event) =>
              (event.type === 'verified' || event.type === 'factor_added' || 'provenBy' in event) &&
              journal.callOf(event)?.token === token,
          ),
        );
      return journal.require(used, 'a refusal has a reason', call);
    }
    case 'invalid_token': {
      if (token === null || call.name === 'tokenHolder') return;
      const landings = journal.of(userId);
      const isVoid = landings
        .slice(token.issuedFrom, call.to)
        .some((l) => voids(l) || l.events.some(({ type }) => type === 'enforced'));
      const kept = token.purpose === purposeOf(call) && ['', userId].includes(token.userId);
      const expired = endedAt + CLOCKS_OFF_MS >= token.expiresAt;
      const dropped = seen.some((record) => (record?.spentThrough ?? 0) >= token.expiresAt);
      // Of one that knows nobody, no change is the reason.
      const wasVoid = token.purpose === 'alone' ? dropped : isVoid || dropped;
      return journal.require(wasVoid || expired || !kept, 'a refusal has a reason', call);
    }
    default:
      return;
  }
}

/** The tokens that a call takes. */
function purposeOf({ name, credential }: Played): string {
  if (name === 'verify') return 'verify';
  if (name === 'passkeySignIn') return 'alone';
  return credential?.kind === 'assertion' ? 'prove' : 'enroll';
}
