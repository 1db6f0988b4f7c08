/** createHandler: the contract as a plain `fetch` handler. */
import type { Mfa } from '@mfakit/core';
import { createDispatcher } from './dispatch.ts';
import { belowMount, splitUrl } from './find-route.ts';
import type { BindingOptions, Host } from './host.ts';
import { problem, type WireReply } from './problems.ts';
import { webBody } from './web-body.ts';

/**
 * A handler for everything below the path where the host mounts it; the prefix may be any.
 *
 * It never rejects: an error of the host's functions becomes a 500 without details, told to `onError`
 * (default: `console.error`). A path that is not in the contract becomes a 404.
 *
 * @example
 * ```ts
 * const handle = createHandler(mfa, host);
 * const response = await handle(new Request('https://app.example/api/auth/totp/status'));
 * ```
 */
export function createHandler(
  mfa: Mfa,
  host: Host<Request>,
  options: BindingOptions<Request> = {},
): (request: Request) => Promise<Response> {
  const { onError = console.error } = options;
  const dispatch = createDispatcher(mfa, host, options);
  return async (request) => {
    const { path, query } = splitUrl(request.url);
    try {
      const reply = await dispatch(request, {
        method: request.method,
        path: belowMount(path),
        query,
        header: (name) => request.headers.get(name) ?? undefined,
        body: (bounded) => ({ kind: 'stream', stream: webBody(request, bounded) }),
      });
      return toResponse(reply ?? problem('not_found'));
    } catch (error) {
      onError(error);
      return toResponse(problem('internal_error'));
    }
  };
}

/** A reply as a `Response`. */
export function toResponse({ status, headers, body, signInHeaders }: WireReply): Response {
  const all = new Headers(headers);
  // One by one: `Set-Cookie` may come several times and must not be joined.
  for (const [name, value] of signInHeaders ?? []) all.append(name, value);
  return new Response(body, { status, headers: all });
}
