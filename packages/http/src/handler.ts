/** createHandler: the contract as a plain `fetch` handler. */
import type { Mfa } from '@mfakit/core';
import { createDispatcher } from './dispatch.ts';
import { originOf, splitUrl } from './find-route.ts';
import type { BindingOptions, Host } from './host.ts';
import { logError } from './log-error.ts';
import { DEFAULT_BASE_PATH } from './paths.ts';
import { problem, type WireReply } from './problems.ts';
import { soundSentence } from './sentence.ts';
import { webBody } from './web-body.ts';

/** Options of `createHandler`, all optional. */
export interface HandlerOptions extends BindingOptions<Request> {
  /**
   * The path directly above the routes, as clients send it; default `/api/auth`. It begins with a slash and does not end
   * with one; empty for the root.
   */
  readonly basePath?: string | undefined;
}

/**
 * A handler for everything below `basePath`.
 *
 * It never rejects: an error of the host's functions becomes a 500 without details, and `onError` is called with it. A path that is not in the contract becomes a 404.
 *
 * @throws {RangeError} if `basePath` does not begin with a slash or ends with one
 * @example
 * ```ts
 * const handle = createHandler(mfa, host);
 * const response = await handle(new Request('https://app.example/api/auth/totp/status'));
 * ```
 */
export function createHandler(
  mfa: Mfa,
  host: Host<Request>,
  options: HandlerOptions = {},
): (request: Request) => Promise<Response> {
  const { onError = logError, basePath = DEFAULT_BASE_PATH } = options;
  if (!/^(?:\/.*[^/])?$/.test(basePath)) {
    throw new RangeError('createHandler: basePath must begin with "/" and not end with it, or be empty for the root');
  }
  const sentence = soundSentence(options.sentence, onError);
  const dispatch = createDispatcher(mfa, host, { ...options, onError });
  return async (request) => {
    const { path, query } = splitUrl(request.url);
    // With the slash: `/api/authtotp-verify` is not below `/api/auth`.
    if (!path.startsWith(`${basePath}/`)) return toResponse(problem('not_found', { sentence }));
    try {
      const reply = await dispatch(request, {
        method: request.method,
        path: path.slice(basePath.length),
        query,
        header: (name) => request.headers.get(name) ?? undefined,
        origin: originOf(request.url),
        // Nothing guarantees that the body is no longer than the request declares.
        body: () => ({ kind: 'stream', stream: webBody(request, false) }),
      });
      return toResponse(reply ?? problem('not_found', { sentence }));
    } catch (error) {
      onError(error);
      return toResponse(problem('internal_error', { sentence }));
    }
  };
}

/** A reply as a `Response`. */
export function toResponse({ status, headers, body, signInHeaders }: WireReply): Response {
  const all = new Headers(headers);
  // One by one: `Set-Cookie` may occur several times and must not be joined.
  for (const [name, value] of signInHeaders ?? []) all.append(name, value);
  return new Response(body, { status, headers: all });
}
