/** visitorOf: what the application wants to know of a request, out of Express. */
import type { Visitor } from '@mfakit/example-application';
import type { Request } from 'express';

const known = new WeakMap<Request, Visitor>();

/** Reads a request once. Express has the address and the scheme from the proxy if its `trust proxy` is set. */
export function visitorOf(req: Request): Visitor {
  const visitor = known.get(req) ?? {
    cookies: req.get('cookie'),
    ip: req.ip ?? '',
    userAgent: req.get('user-agent'),
    origin: `${req.protocol}://${req.get('host') ?? ''}`,
  };
  known.set(req, visitor);
  return visitor;
}
