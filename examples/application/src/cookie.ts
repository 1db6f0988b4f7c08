/** The session's cookie. */

/**
 * The prefix makes browsers refuse a cookie of this name unless it is `Secure`, for `Path=/` and without `Domain`: neither
 * another host of the domain nor anyone on a plain connection can plant one.
 */
const NAME = '__Host-session';

/** The session id in a `Cookie` header; empty if there is none. */
export function readSessionCookie(header: string | undefined): string {
  return new RegExp(`(?:^|; )${NAME}=([\\w-]+)`).exec(header ?? '')?.[1] ?? '';
}

/**
 * A `Set-Cookie` header. Always `Secure`, so a proxy that ends TLS need not be recognized for that; on plain HTTP only
 * `localhost` can use it.
 * @param id - empty: the browser forgets the session
 */
export function writeSessionCookie(id: string): string {
  return `${NAME}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax${id === '' ? '; Max-Age=0' : ''}`;
}
