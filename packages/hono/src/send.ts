/** Sending: makes a Hono response of a reply of the contract. */
import type { WireReply } from '@mfakit/http';
import type { Context } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';

/** Uses the context, so that cookies stay which `signIn` has set on it. */
export function send(c: Context, { status, headers, body, signInHeaders }: WireReply): Response {
  for (const [name, value] of signInHeaders ?? []) c.header(name, value, { append: true });
  return c.newResponse(body, status as StatusCode, { ...headers });
}
