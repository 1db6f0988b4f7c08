/** Visitor: a request, as far as the application looks at it. */
import type { RequestContext } from '@mfakit/core';

/** What each framework has to tell of a request. */
export interface Visitor {
  /** The `Cookie` header. */
  readonly cookies: string | undefined;
  readonly ip: string;
  readonly userAgent: string | undefined;
  /** Whether it came over HTTPS. */
  readonly secure: boolean;
}

/** Where it came from, for the library's events. */
export function contextOf({ ip, userAgent }: Visitor): RequestContext {
  return { ip, userAgent };
}
