/** noticeFor: what a user must be told of an event, as plain text. No HTML: mail that trains people to press buttons is the attack. */
import type { MfaEvent } from '@mfakit/core';
import { ENGLISH, type Facts, type NoticeTexts, type Says } from './english.ts';
import { instantText } from './instant.ts';
import { plainAddress, plainName } from './plain.ts';

/** What a notice is about. */
export type NoticeKind =
  | 'factor-added'
  | 'factor-removed'
  | 'mfa-off'
  | 'codes-renewed'
  | 'code-used'
  | 'password-known'
  | 'passkey-copied'
  | 'locked'
  | 'unlocked'
  | 'required'
  | 'break-glass'
  | 'device-trusted'
  | 'device-copied'
  | 'password-changed'
  | 'forgotten';

/** What to send, and to whom. */
export interface Notice {
  /** What it is about. */
  readonly kind: NoticeKind;
  /** One line, without a line break. */
  readonly subject: string;
  /** The paragraphs of the text, complete: instant, what to do if it was not the user, and the contact are among them. */
  readonly lines: readonly string[];
  /** How to repudiate, for a layout of your own. */
  readonly repudiate: {
    /** How to reach someone who can help. */
    readonly contact: string;
    /** Where the user secures the account. */
    readonly url?: string;
  };
  /** Whether it must go out whatever the user has chosen to be told. */
  readonly critical: boolean;
  /** Every address of the user, their first one, or your security team. */
  readonly to: 'all' | 'primary' | 'security';
}

/** What an event does not say. */
export interface NoticeContext {
  /** The name of your application, as users know it. */
  readonly application: string;
  /** How to reach someone who can help, such as a telephone number: users who repudiate need it (NIST SP 800-63B-4 §4.6). */
  readonly contact: string;
  /** Where the user secures the account. Write it as text: no link that signs anyone in. */
  readonly url?: string;
  /** IANA name of the zone in which instants are told; default `UTC`. */
  readonly timeZone?: string;
  /** From where, as you have found out, such as a city or the name of a browser. The user agent is never told as it is. */
  readonly place?: string;
  /** The label of the factor or the browser that the event is about. */
  readonly name?: string;
  /** The user's last events, newest first, as `history` gives them: wrong codes after a right password are counted in it. */
  readonly recent?: readonly MfaEvent[];
  /** Replaces sentences, to translate or to change them. */
  readonly texts?: Partial<NoticeTexts>;
}

/** A refused code of someone who had the right password: the third of a day is told. */
const REFUSALS_TOLD = 3;
const DAY_MS = 86_400_000;

/**
 * The notice of an event.
 * @returns `null` if nobody needs to be told
 * @throws {TypeError} if `application` or `contact` is missing
 * @throws {RangeError} if `timeZone` is unknown
 */
export function noticeFor(event: MfaEvent, context: NoticeContext): Notice | null {
  for (const field of ['application', 'contact'] as const) {
    if (typeof context[field] !== 'string' || context[field].trim() === '') {
      throw new TypeError(`${field} must be a text: users who repudiate a change need it.`);
    }
  }
  const texts: NoticeTexts = { ...ENGLISH, ...context.texts };
  const facts = factsOf(event, context);
  const told = tell(event, context, texts, facts);
  if (told === null) return null;
  const { kind, says, critical = true, to = 'all' } = told;
  const { contact, url } = context;
  const own = [says.what, texts.when(facts)];
  const lines =
    to === 'security' ? own : [texts.hello(facts), ...own, says.ifNotYou ?? texts.ifNotYou(facts), texts.never(facts)];
  return {
    kind,
    subject: oneLine(`${facts.application}: ${says.subject}`),
    lines: lines.map(oneLine),
    repudiate: { contact, ...(url !== undefined && { url }) },
    critical,
    to,
  };
}

interface Told {
  readonly kind: NoticeKind;
  readonly says: Says;
  readonly critical?: boolean;
  readonly to?: Notice['to'];
}

function tell(event: MfaEvent, context: NoticeContext, texts: NoticeTexts, facts: Facts): Told | null {
  switch (event.type) {
    case 'factor_added':
      return { kind: 'factor-added', says: texts.factorAdded(facts, event) };
    case 'factor_removed':
      return { kind: 'factor-removed', says: texts.factorRemoved(facts, event) };
    case 'disabled':
      return { kind: 'mfa-off', says: texts.disabled(facts) };
    case 'reset':
      return { kind: 'mfa-off', says: texts.reset(facts) };
    case 'backup_codes_regenerated':
      return { kind: 'codes-renewed', says: texts.codesRenewed(facts) };
    case 'verified':
      return event.method === 'backup_code'
        ? { kind: 'code-used', says: texts.codeUsed(facts, { remaining: event.backupCodesRemaining }) }
        : null;
    case 'attempt_refused':
      if (event.reason === 'counter_regressed') return { kind: 'passkey-copied', says: texts.passkeyCopied(facts) };
      return isThirdToday(event, context.recent ?? [])
        ? { kind: 'password-known', says: texts.passwordKnown(facts) }
        : null;
    case 'account_locked': {
      const until = event.until === null ? null : instantText(event.until, context.timeZone);
      return { kind: 'locked', says: texts.locked(facts, { until }) };
    }
    case 'account_unlocked':
      return event.by === 'support' ? { kind: 'unlocked', says: texts.unlocked(facts) } : null;
    case 'enforced': {
      const says = texts.required(facts, { from: instantText(event.from, context.timeZone) });
      return { kind: 'required', says, critical: false, to: 'primary' };
    }
    case 'break_glass': {
      const says = texts.breakGlass(facts, { ...event, until: instantText(event.until, context.timeZone) });
      return { kind: 'break-glass', says, to: 'security' };
    }
    case 'device_trusted':
      return { kind: 'device-trusted', says: texts.deviceTrusted(facts) };
    case 'device_forgotten':
      return event.by === 'reuse' ? { kind: 'device-copied', says: texts.deviceCopied(facts) } : null;
    case 'password_changed':
      return { kind: 'password-changed', says: texts.passwordChanged(facts) };
    case 'forgotten':
      return { kind: 'forgotten', says: texts.forgotten(facts) };
    default:
      return null;
  }
}

function factsOf(event: MfaEvent, { application, contact, url, timeZone, place, name }: NoticeContext): Facts {
  const from = [place, plainAddress(event.ip)].filter((each) => each !== undefined && each !== '').join(', ');
  return {
    application,
    contact,
    url: url ?? null,
    at: instantText(event.at, timeZone),
    // What support does comes from an address of your own: it would tell the user nothing.
    from: from === '' || event.actor !== undefined ? null : from,
    name: plainName(name),
  };
}

/** Whether two others of the day before it have been refused as well: so it is told about once a day. */
function isThirdToday(event: MfaEvent, recent: readonly MfaEvent[]): boolean {
  if (!isRefusal(event)) return false;
  const before = recent.filter((each) => isRefusal(each) && each.seq < event.seq && each.at > event.at - DAY_MS);
  return before.length === REFUSALS_TOLD - 1;
}

function isRefusal(event: MfaEvent): boolean {
  return event.type === 'attempt_refused' && event.operation === 'verify';
}

/** A line break in a subject would begin another header. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').trim();
}
