/** ENGLISH: every sentence of the notices. Another language is another object of this shape. */

/** What every sentence may use. Nothing of it is a secret; what others have chosen is plain text without links. */
export interface Facts {
  /** The name of your application. */
  readonly application: string;
  /** How to reach someone who can help. */
  readonly contact: string;
  /** Where the user secures the account; `null` if you gave none. */
  readonly url: string | null;
  /** With its time zone. */
  readonly at: string;
  /** Place and address of the request, if they are known. */
  readonly from: string | null;
  /** The label of the factor or the browser, if the host gave it. */
  readonly name: string | null;
}

/** What one notice says of its own. */
export interface Says {
  /** One line. */
  readonly subject: string;
  /** What has happened, in one paragraph. */
  readonly what: string;
  /** Instead of the common `ifNotYou`. */
  readonly ifNotYou?: string;
}

/** The sentences; each is one paragraph. */
export interface NoticeTexts {
  /** The greeting. */
  readonly hello: (facts: Facts) => string;
  /** When it happened, and from where. */
  readonly when: (facts: Facts) => string;
  /** What to do if it was somebody else. */
  readonly ifNotYou: (facts: Facts) => string;
  /** What your mail never asks for. */
  readonly never: (facts: Facts) => string;
  /** A factor was added: of which `kind`, and whether it is the `first`. */
  readonly factorAdded: (
    facts: Facts,
    event: {
      /** Such as `totp`. */
      readonly kind: string;
      /** Whether two-step verification is on since then. */
      readonly first: boolean;
    },
  ) => Says;
  /** A factor was removed: of which `kind`. */
  readonly factorRemoved: (
    facts: Facts,
    event: {
      /** Such as `totp`. */
      readonly kind: string;
    },
  ) => Says;
  /** All factors were removed by the user. */
  readonly disabled: (facts: Facts) => Says;
  /** All factors were removed by support. */
  readonly reset: (facts: Facts) => Says;
  /** New backup codes were made. */
  readonly codesRenewed: (facts: Facts) => Says;
  /** A backup code was used, and how many are `remaining`. */
  readonly codeUsed: (
    facts: Facts,
    event: {
      /** How many codes are left. */
      readonly remaining: number;
    },
  ) => Says;
  /** Somebody who knows the password gave wrong codes. */
  readonly passwordKnown: (facts: Facts) => Says;
  /** There may be a copy of a passkey. */
  readonly passkeyCopied: (facts: Facts) => Says;
  /** `until` null: until support unlocks it. */
  readonly locked: (
    facts: Facts,
    event: {
      /** The end, with its time zone. */
      readonly until: string | null;
    },
  ) => Says;
  /** Support lifted a lock. */
  readonly unlocked: (facts: Facts) => Says;
  /** A second factor is required `from` a day on. */
  readonly required: (
    facts: Facts,
    event: {
      /** The day, with its time zone. */
      readonly from: string;
    },
  ) => Says;
  /** To your security team: it may name the user and the member of staff. */
  readonly breakGlass: (
    facts: Facts,
    event: {
      /** Your id of the user. */
      readonly userId: string;
      /** The end, with its time zone. */
      readonly until: string;
      /** Why, as the member of staff gave it. */
      readonly reason: string;
      /** The member of staff. */
      readonly actor?: string;
    },
  ) => Says;
  /** A browser is trusted from now on. */
  readonly deviceTrusted: (facts: Facts) => Says;
  /** The cookie of a trusted browser may have been copied. */
  readonly deviceCopied: (facts: Facts) => Says;
  /** The password was changed. */
  readonly passwordChanged: (facts: Facts) => Says;
  /** Everything about the account was erased. */
  readonly forgotten: (facts: Facts) => Says;
}

/** What people call a kind of factor. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['totp', 'an authenticator app'],
  ['webauthn', 'a passkey'],
]);

const kindName = (kind: string, { name }: Facts): string =>
  `${KINDS.get(kind) ?? 'a second factor'}${name === null ? '' : ` (“${name}”)`}`;
const there = ({ url }: Facts): string => (url === null ? '' : ` (${url})`);

/** Codes left at which a user should make new ones. */
const FEW_CODES = 3;

/** The texts in English. */
export const ENGLISH: NoticeTexts = {
  hello: ({ application }) => `This is a message about the security of your account at ${application}.`,
  when: ({ at, from }) => `When: ${at}.${from === null ? '' : ` From: ${from}.`}`,
  ifNotYou: (facts) =>
    `If this was you, there is nothing to do. If this was not you, change your password at once${there(facts)} and ` +
    `contact us: ${facts.contact}`,
  never: () => 'We never ask for a password or a code by mail or telephone.',

  factorAdded: (facts, { kind, first }) => ({
    subject: first ? 'two-step sign-in was switched on' : 'a way to sign in was added',
    what: first
      ? `Two-step sign-in was switched on with ${kindName(kind, facts)}. From now on a sign-in needs it, or a backup code.`
      : `Now ${kindName(kind, facts)} can be used to sign in to your account.`,
  }),
  factorRemoved: (facts, { kind }) => ({
    subject: 'a way to sign in was removed',
    what: `Removed from your account: ${kindName(kind, facts)}. It can no longer be used to sign in.`,
  }),
  disabled: () => ({
    subject: 'two-step sign-in was switched off',
    what: 'Two-step sign-in was switched off in your account settings. No second step protects your account now.',
  }),
  reset: (facts) => ({
    subject: 'two-step sign-in was reset by our support',
    what: 'Our support has removed every second factor and every backup code from your account.',
    ifNotYou:
      `If you asked for this, sign in${there(facts)} and set up two-step sign-in again. If you did not, someone may have ` +
      `pretended to be you: change your password at once and contact us: ${facts.contact}`,
  }),
  codesRenewed: () => ({
    subject: 'your backup codes were replaced',
    what: 'New backup codes were made for your account. The ones from before no longer work.',
  }),
  codeUsed: (_facts, { remaining }) => ({
    subject: 'a backup code was used',
    what:
      `A backup code was used to confirm that it is you. ` +
      `${remaining === 0 ? 'None is' : remaining === 1 ? 'One is' : `${remaining} are`} left.` +
      (remaining <= FEW_CODES ? ' Make new ones soon: without a code and without your device you cannot sign in.' : ''),
  }),
  passwordKnown: (facts) => ({
    subject: 'someone may know your password',
    what: 'Someone gave the right password of your account, but several times a wrong code for the second step. They were not let in.',
    ifNotYou:
      `If this was you, check the clock of your device. If this was not you, someone has your password: change it${there(facts)}, ` +
      `also wherever else you use it. If you need help, contact us: ${facts.contact}`,
  }),
  passkeyCopied: (facts) => ({
    subject: 'a passkey may have been copied',
    what: 'A passkey of your account was refused: its counter went back, as that of a copy does. Nobody was let in with it.',
    ifNotYou:
      `Remove the passkey from your account${there(facts)} and add it again. If you did not try to sign in, contact us at once: ` +
      facts.contact,
  }),
  locked: (facts, { until }) => ({
    subject: 'sign-in is locked',
    what:
      'Too many wrong passwords or codes were given, so signing in to your account is locked ' +
      (until === null ? 'until our support unlocks it.' : `until ${until}.`),
    ifNotYou:
      `If this was you, ${until === null ? 'ask our support' : 'wait, or ask our support'}. If this was not you, someone is guessing: your ` +
      `account is protected, but use a password${there(facts)} that you use nowhere else. Contact us: ${facts.contact}`,
  }),
  unlocked: (facts) => ({
    subject: 'sign-in was unlocked by our support',
    what: 'Our support has unlocked signing in to your account.',
    ifNotYou:
      `If you asked for this, there is nothing to do. If you did not, someone may have pretended to be you: contact us at once: ` +
      facts.contact,
  }),
  required: (facts, { from }) => ({
    subject: 'two-step sign-in will be required',
    what:
      `From ${from} on, your account needs two-step sign-in. Setting it up takes about two minutes, with an authenticator app ` +
      'on your telephone or a passkey.',
    ifNotYou:
      `Open ${facts.application} yourself, as you always do${there(facts)}, and set it up in your account settings. ` +
      `If you have questions, contact us: ${facts.contact}`,
  }),
  breakGlass: (_facts, { userId, until, reason, actor }) => ({
    subject: 'break-glass was used',
    what:
      `The requirement of a second factor was lifted for the user ${JSON.stringify(userId)} until ${until}` +
      `${actor === undefined ? '' : `, by ${JSON.stringify(actor)}`}. The reason given: ${JSON.stringify(reason)}.`,
  }),
  deviceTrusted: ({ name }) => ({
    subject: 'a browser is now trusted',
    what: `A browser${name === null ? '' : ` (“${name}”)`} needs only your password to sign in for some days, and no second step.`,
  }),
  deviceCopied: (facts) => ({
    subject: 'a trusted browser may have been copied',
    what: 'Two browsers gave the mark of one trusted browser. Neither is trusted any more: the second step is asked for again.',
    ifNotYou:
      `This can happen after a browser was restored from a backup. If you know of nothing of the kind, change your ` +
      `password${there(facts)}: it ends everything that a copy could still do. Contact us: ${facts.contact}`,
  }),
  passwordChanged: () => ({
    subject: 'your password was changed',
    what: 'The password of your account was changed. Everyone who was signed in has to sign in again.',
  }),
  forgotten: (facts) => ({
    subject: 'your sign-in data was erased',
    what: 'Every second factor, every backup code and the whole history of sign-ins of your account were erased.',
    ifNotYou: `If you have closed your account, there is nothing to do. If you have not, contact us at once: ${facts.contact}`,
  }),
};
