/** TOLD: which events someone must be told of, and why the others are told to nobody. */
import type { EventPattern, MfaEvent } from '@mfakit/core';

/** For the option `outbox` of a store: what `noticeFor` makes notices of. */
export const TOLD: readonly EventPattern[] = [
  'factor_added',
  'factor_removed',
  'disabled',
  'backup_codes_regenerated',
  { type: 'verified', method: 'backup_code' },
  { type: 'attempt_refused', operation: 'verify' },
  { type: 'attempt_refused', reason: 'counter_regressed' },
  'account_locked',
  { type: 'account_unlocked', by: 'support' },
  'enforced',
  'break_glass',
  'reset',
  'device_trusted',
  { type: 'device_forgotten', by: 'reuse' },
  'password_changed',
  'forgotten',
];

type Reasons = Readonly<Partial<Record<MfaEvent['type'], string>>>;

/** Types of which nobody is told, or only of some, each with the reason. */
export const NOT_TOLD: Reasons = {
  setup_started: 'Nothing protects the account yet, or nothing less: the factor that follows is told.',
  setup_voided: 'Nothing was added.',
  verified:
    'A sign-in with an own device is no news: tell of new devices and places yourself. With a backup code it is told.',
  attempt_charged: 'The attempt is not over: what came of it is told.',
  attempt_refused:
    'Wrong passwords need no second factor to be tried, so anyone could send mail with them; the lock they end in is told. ' +
    'Wrong codes after a right password are told from the third on, once a day.',
  account_unlocked: 'After a success the lock before it was told. By support it is told.',
  exempted: 'Nothing of the user has changed: it is a decision of yours.',
  imported: 'What protected the account elsewhere protects it here: tell of the move yourself.',
  grace_started: 'The sign-in itself says how long is left.',
  device_used: 'A sign-in from a browser that was told of when it became trusted.',
  device_forgotten: 'The user did it, or the list was full. If a copy came back it is told.',
  rekeyed: 'Keys changed, and nothing that the user knows of.',
  secret_unreadable: 'It is for your operators: the user can do nothing.',
};
