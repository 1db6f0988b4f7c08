/** Starts the application on port 3000, or `PORT`, and a mail server that prints what is mailed. */
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { createMfa } from '@mfakit/hono';
import { memoryStore } from '@mfakit/memory';
import { createTransport } from 'nodemailer';
import { createApp } from './app.ts';
import { memoryLinks } from './links.ts';
import { startMailbox } from './mailbox.ts';

const port = Number(process.env['PORT'] ?? 3000);
const origin = `http://localhost:${port}`;
const mailbox = await startMailbox((to, text) => console.log(`A mail to ${to}:\n${text}`));
const app = createApp({
  // Nobody has a password: a first factor takes a sign-in of the last ten minutes, and a change takes the second factor.
  mfa: createMfa({
    issuer: 'Acme',
    store: memoryStore(),
    keys: [randomBytes(32).toString('base64')],
    verifyPassword: async () => 'none',
  }),
  links: memoryLinks(Date.now),
  transport: createTransport({ host: '127.0.0.1', port: mailbox.port, secure: false, ignoreTLS: true }),
  origin,
  users: new Map([['ann@example.com', 'ann']]),
  clock: Date.now,
});
serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => {
  console.log(`Open ${origin} and ask for a link as ann@example.com. Stop with Ctrl-C.`);
});
