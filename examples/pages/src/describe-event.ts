/** Events in words, for the user that they belong to. */
import type { WireEvent } from '@mfakit/http';

const OPERATIONS: Readonly<Partial<Record<string, string>>> = {
  login: 'at sign-in',
  verify: 'at the second step',
  sign_in: 'at sign-in',
  step_up: 'to confirm something',
  setup: 'to add a device',
  confirm: 'to finish a setup',
  disable: 'to turn off two-step verification',
  remove_factor: 'to remove a device',
  regenerate: 'to get new backup codes',
};

const REASONS: Readonly<Partial<Record<string, string>>> = {
  invalid_password: 'Wrong password',
  invalid_code: 'Wrong code',
  code_already_used: 'A code was used again',
  invalid_backup_code: 'Wrong backup code',
  invalid_assertion: 'Wrong passkey',
  counter_regressed: 'A passkey that may be a copy',
  backup_eligibility_changed: 'A passkey that is not the one that was added',
};

/** Steps inside the library, of no interest to a user. */
const SILENT: readonly string[] = ['attempt_charged', 'rekeyed'];

/** Whether an event is worth showing. */
export function isWorthShowing({ type }: WireEvent): boolean {
  return !SILENT.includes(type);
}

/** What a user calls a factor of this kind. */
function thing({ kind }: WireEvent): string {
  return kind === 'webauthn' ? 'Passkey' : 'Device';
}

/** A sentence. */
export function describe(event: WireEvent): string {
  switch (event.type) {
    case 'setup_started':
      return `Setup of a ${thing(event).toLowerCase()} started`;
    case 'setup_voided':
      return 'Setup stopped after too many wrong codes';
    case 'factor_added':
      return event.first === true ? 'Two-step verification turned on' : `${thing(event)} added`;
    case 'factor_removed':
      return `${thing(event)} removed`;
    case 'disabled':
      return 'Two-step verification turned off';
    case 'backup_codes_regenerated':
      return 'New backup codes made';
    case 'verified':
      return describeVerified(event);
    case 'attempt_refused':
      return `${REASONS[event.reason ?? ''] ?? 'Refused'} ${OPERATIONS[event.operation ?? ''] ?? ''}`.trim();
    case 'account_locked':
      return 'Account locked after too many failures';
    case 'account_unlocked':
      return event.by === 'support' ? 'Account unlocked by an administrator' : 'Failures cleared by a success';
    case 'imported':
      return 'Two-step verification taken over from the old sign-in';
    case 'enforced':
      return 'Acme requires two-step verification';
    case 'exempted':
      return 'Acme no longer requires two-step verification';
    case 'reset':
      return 'All devices removed by an administrator';
    case 'device_trusted':
      return 'Browser trusted';
    case 'device_used':
      return 'Signed in on a trusted browser';
    case 'device_forgotten':
      return describeForgotten(event);
    case 'password_changed':
      return 'Password changed';
    case 'secret_unreadable':
      return 'A device could not be checked';
    default:
      return event.type.replaceAll('_', ' ');
  }
}

function describeForgotten({ by, device_id: id }: WireEvent): string {
  if (by === 'reuse') return 'Browser no longer trusted: it may have been copied';
  const what = id === null ? 'No browser is trusted any more' : 'Browser no longer trusted';
  return by === 'support' ? `${what}, by an administrator` : what;
}

function describeVerified({ operation, method, backup_codes_remaining: left }: WireEvent): string {
  const what = operation === 'step_up' ? 'Confirmed' : 'Signed in';
  if (method === 'backup_code') return `${what} with a backup code; ${left ?? 0} left`;
  return `${what} with a ${method === 'webauthn' ? 'passkey' : 'code'}`;
}
