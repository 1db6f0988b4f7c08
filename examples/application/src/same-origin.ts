/** sameOrigin: the answer to cross-site request forgery, beside `SameSite` and bodies that are JSON only. */

/** What is looked at. */
export interface OriginHeaders {
  readonly method: string;
  readonly secFetchSite: string | undefined;
  readonly origin: string | undefined;
  /** Where the request went to, such as `https://acme.example`. */
  readonly ownOrigin: string;
}

/**
 * Whether a request may change anything: one of our own pages sent it. `Sec-Fetch-Site` comes from every browser since
 * 2023 and no script can set it; older ones send `Origin`. A request with neither comes from no page of ours.
 */
export function sameOrigin({ method, secFetchSite, origin, ownOrigin }: OriginHeaders): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  return secFetchSite === undefined ? origin === ownOrigin : secFetchSite === 'same-origin';
}
