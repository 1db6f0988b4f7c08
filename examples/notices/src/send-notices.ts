/** sendNotices: how an application mails what its users must be told of. Copy it, and fill in your own users. */
import type { Mfa, MfaEvent, Outbox } from '@mfakit/core';
import { messageIdOf, noticeFor, runOutbox, type OutboxReport } from '@mfakit/notify';
import type { Transporter } from 'nodemailer';

/** What of a user the mail needs. */
export interface Recipient {
  /** Every address of the user, the first one first: NIST wants two of them supported. */
  readonly addresses: readonly string[];
  readonly timeZone?: string;
}

/** What the worker stands on. */
export interface NoticeMail {
  readonly outbox: Outbox | undefined;
  readonly mfa: Pick<Mfa, 'history'>;
  readonly transport: Transporter;
  /** `null`: the user is gone, and nobody is left to tell. Keep the addresses of a user until `forgotten` was told. */
  readonly recipientOf: (userId: string) => Promise<Recipient | null>;
  readonly signal?: AbortSignal;
  readonly report?: (report: OutboxReport) => void;
}

const APPLICATION = 'Acme';
const DOMAIN = 'acme.example';
const CONTACT = `security@${DOMAIN}, +1 555 0100, day and night`;
const SECURITY_TEAM = `soc@${DOMAIN}`;

/** Runs until `signal` aborts. */
export function sendNotices({ outbox, mfa, transport, recipientOf, ...options }: NoticeMail): Promise<void> {
  return runOutbox(
    outbox,
    async (event: MfaEvent) => {
      const recipient = await recipientOf(event.userId);
      // Wrong codes after a right password are told from the third on: that is in the history.
      const recent = event.type === 'attempt_refused' ? await mfa.history(event.userId) : [];
      const notice = noticeFor(event, {
        application: APPLICATION,
        contact: CONTACT,
        url: `https://${DOMAIN}/security`,
        recent,
        ...(recipient?.timeZone !== undefined && { timeZone: recipient.timeZone }),
      });
      if (notice === null) return;
      const addresses = recipient?.addresses ?? [];
      const to = { all: addresses, primary: addresses.slice(0, 1), security: [SECURITY_TEAM] }[notice.to];
      // One mail each: the server's answer is then about one address, and no address is shown to another.
      const results = await Promise.allSettled(
        to.map(async (address) =>
          transport.sendMail({
            from: { name: APPLICATION, address: `security@${DOMAIN}` },
            to: address,
            subject: notice.subject,
            text: `${notice.lines.join('\n\n')}\n`,
            messageId: await messageIdOf({ ...event, userId: JSON.stringify([event.userId, address]) }, DOMAIN),
            // No answers by machines: they would go round in circles.
            headers: { 'Auto-Submitted': 'auto-generated' },
          }),
        ),
      );
      const failed = results.find((result) => result.status === 'rejected');
      // The others get theirs again with the next try, under the same id.
      if (failed !== undefined) throw failed.reason;
    },
    options,
  );
}
