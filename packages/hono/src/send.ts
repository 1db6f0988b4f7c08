/** Sending a reply of the contract through Hono. */
import type { WireReply } from '@mfakit/http';
import type { Context } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';

/** Goes through the context, so that the cookies which `signIn` set on it stay. */
export function send(c: Context, { status, headers, body, signInHeaders }: WireReply): Response {
  for (const [name, value] of signInHeaders ?? []) c.header(name, value, { append: true });
  return c.newResponse(body, status as StatusCode, { ...headers });
}
