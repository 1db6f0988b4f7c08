/** Visitor: a request, as far as the application looks at it. */
import type { RequestContext } from '@mfakit/core';

/** What each framework has to tell of a request. One object per request: the session that it ends up with is kept by it. */
export interface Visitor {
  /** The `Cookie` header. */
  readonly cookies: string | undefined;
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** The origin that the browser sent it to, such as `https://acme.example`. */
  readonly origin: string;
}

/** The address and the browser, for the library's events. */
export function contextOf({ ip, userAgent }: Visitor): RequestContext {
  return { ip, userAgent };
}
