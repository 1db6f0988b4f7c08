/** The session's cookie. */

const NAME = 'acme_session';

/** The session id in a `Cookie` header; empty where there is none. */
export function readSessionCookie(header: string | undefined): string {
  return new RegExp(`(?:^|; )${NAME}=([\\w-]+)`).exec(header ?? '')?.[1] ?? '';
}

/**
 * A `Set-Cookie` header.
 * @param id - empty: the browser forgets the session
 * @param secure - whether the request came over HTTPS
 */
export function writeSessionCookie(id: string, secure: boolean): string {
  return `${NAME}=${id}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}${id === '' ? '; Max-Age=0' : ''}`;
}
