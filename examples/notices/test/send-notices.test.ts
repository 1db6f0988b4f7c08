import type { AddressInfo } from 'node:net';
import { memoryStore } from '@mfakit/memory';
import { TOLD, type OutboxReport } from '@mfakit/notify';
import { testApplication } from '@mfakit/testkit';
import { createTransport, type Transporter } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendNotices, type Recipient } from '../src/send-notices.ts';

interface Mail {
  readonly to: string;
  readonly text: string;
}

let server: SMTPServer;
let transport: Transporter;
let mails: Mail[];
/** Recipients that the mail server refuses. */
let refused: Set<string>;

beforeEach(async () => {
  mails = [];
  refused = new Set();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, answer) => {
      answer(refused.has(address) ? Object.assign(new Error('not now'), { responseCode: 451 }) : undefined);
    },
    onData: (stream, { envelope }, answer) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      stream.on('end', () => {
        for (const { address } of envelope.rcptTo) mails.push({ to: address, text });
        answer();
      });
    },
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
});
afterEach(async () => {
  transport.close();
  await new Promise<void>((resolve) => server.close(resolve));
});

/** An application whose notices are mailed while `work` goes on, and until the outbox is empty or waits for another try. */
async function application(
  recipient: Recipient | null,
  work: (made: ReturnType<typeof testApplication>) => Promise<void>,
): Promise<{ readonly reports: readonly OutboxReport[]; readonly waiting: number }> {
  const store = memoryStore({ outbox: { types: TOLD } });
  const made = testApplication({ store });
  const controller = new AbortController();
  const reports: OutboxReport[] = [];
  const running = sendNotices({
    outbox: store.outbox,
    mfa: made.mfa,
    transport,
    recipientOf: async () => recipient,
    signal: controller.signal,
    report: (report) => void reports.push(report),
  });
  await work(made);
  const queued = async (): Promise<number> => (await store.outbox?.stats())?.waiting ?? -1;
  const again = (): number => reports.filter(({ outcome }) => outcome === 'again').length;
  await expect.poll(async () => (await queued()) - again(), { timeout: 20_000 }).toBe(0);
  controller.abort();
  await running;
  return { reports, waiting: await queued() };
}

/** The text of a mail, its soft line breaks and encoded bytes undone. */
function read(mail: Mail | undefined): string {
  const bytes = (mail?.text ?? '')
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const ann: Recipient = { addresses: ['ann@acme.example', 'ann@home.example'], timeZone: 'Europe/Oslo' };

test('whoever enrolls is told so, at every address', async () => {
  await application(ann, async ({ enroll }) => void (await enroll('ann')));
  expect(mails.map(({ to }) => to).toSorted()).toEqual(['ann@acme.example', 'ann@home.example']);
  const text = read(mails[0]);
  expect(text).toContain('Subject: Acme: two-step sign-in was switched on');
  expect(text).toContain('(Europe/Oslo, UTC+0');
  expect(text).toContain('If this was not you, change your password at once');
  expect(text).toContain('contact us: security@acme.example, +1 555 0100');
  expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
  const ids = mails.map((mail) => /^Message-ID: (<mfakit-[0-9a-f]{32}@acme\.example>)/m.exec(mail.text)?.[1]);
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain(undefined);
});

test('three wrong codes after a right password are told, once', async () => {
  await application(ann, async ({ enroll, mfa, token }) => {
    const user = await enroll('ann');
    for (let tries = 0; tries < 4; tries += 1) {
      await mfa.verify({ token: await token('ann'), code: user.wrongCode() }).catch(() => undefined);
    }
  });
  const subjects = mails.map((mail) => /^Subject: (.*)$/m.exec(read(mail))?.[1]?.trim());
  expect(subjects.filter((subject) => subject === 'Acme: someone may know your password')).toHaveLength(2);
});

test('what the mail server refuses for now is sent again later, under the same id', async () => {
  refused.add('ann@home.example');
  const { reports, waiting } = await application(ann, async ({ enroll }) => void (await enroll('ann')));
  expect(reports.map(({ outcome }) => outcome)).toEqual(['again']);
  expect(waiting).toBe(1);
  expect(mails.map(({ to }) => to)).toEqual(['ann@acme.example']);
});

test('a user who is gone is told nothing, and nothing waits', async () => {
  const { waiting } = await application(null, async ({ enroll, mfa }) => {
    await enroll('ann');
    await mfa.forget('ann');
  });
  expect(mails).toEqual([]);
  expect(waiting).toBe(0);
});

test('break-glass is told to the security team', async () => {
  await application(ann, async ({ mfa }) => {
    await mfa.enforce('ann');
    await mfa.breakGlass('ann', { minutes: 15 }, { reason: 'on call' });
  });
  expect(mails.filter(({ to }) => to === 'soc@acme.example')).toHaveLength(1);
});
