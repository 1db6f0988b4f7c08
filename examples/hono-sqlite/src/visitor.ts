/** visitorOf: what the application wants to know of a request, out of Hono's context. */
import type { Visitor } from '@mfakit/example-application';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** Behind a proxy, take the address and the scheme from what that proxy sets, and from nothing else. */
export function visitorOf(c: Context): Visitor {
  return {
    cookies: c.req.header('cookie'),
    ip: getConnInfo(c).remote.address ?? '',
    userAgent: c.req.header('user-agent'),
    secure: new URL(c.req.url).protocol === 'https:',
  };
}
