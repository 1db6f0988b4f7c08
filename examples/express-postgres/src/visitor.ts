/** visitorOf: what the application wants to know of a request, out of Express. */
import type { Visitor } from '@mfakit/example-application';
import type { Request } from 'express';

/** Behind a proxy, set `trust proxy`: then `req.ip` and `req.secure` are what the proxy says. */
export function visitorOf(req: Request): Visitor {
  return { cookies: req.get('cookie'), ip: req.ip ?? '', userAgent: req.get('user-agent'), secure: req.secure };
}
