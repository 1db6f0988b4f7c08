/** visitorsOf: what the application wants to know of a request, out of Hono's context. */
import type { Visitor } from '@mfakit/example-application';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * Reads requests, each of them once.
 * @param trustProxy - whether a proxy of ours stands before this server, and sets `X-Forwarded-Proto` and
 *   `X-Forwarded-For` whatever the client sent. Without one anybody can write these headers, and nothing reads them.
 */
export function visitorsOf(trustProxy: boolean): (c: Context) => Visitor {
  const known = new WeakMap<Context, Visitor>();
  return (c) => {
    const visitor = known.get(c) ?? read(c, trustProxy);
    known.set(c, visitor);
    return visitor;
  };
}

function read(c: Context, trustProxy: boolean): Visitor {
  /** What the nearest proxy added: the last of a list. */
  const forwarded = (name: string): string | undefined =>
    trustProxy ? c.req.header(name)?.split(',').at(-1)?.trim() : undefined;
  const { protocol, host } = new URL(c.req.url);
  const isSecure = (forwarded('x-forwarded-proto') ?? protocol.slice(0, -1)) === 'https';
  return {
    cookies: c.req.header('cookie'),
    ip: forwarded('x-forwarded-for') ?? getConnInfo(c).remote.address ?? '',
    userAgent: c.req.header('user-agent'),
    origin: `${isSecure ? 'https' : 'http'}://${host}`,
  };
}
