/** HttpApi: a served application and a client that checks what holds for every answer. */
import net from 'node:net';
import { expect } from 'vitest';
import { problemBody } from '../src/problem-body.ts';
import type { TestApp } from './application.ts';
import { checkDeclared } from './declared.ts';

/** A running server. */
export interface Served {
  /** Where the contract is mounted. */
  readonly url: string;
  /** What an error of the host becomes there. */
  readonly hostError: { readonly status: number; readonly text: string };
  close(): Promise<void>;
}

/** Serves an application through one framework. */
export type Serve = (app: TestApp) => Promise<Served>;

/** What to send beside method and path. */
interface Sent {
  /** As JSON. */
  readonly body?: unknown;
  /** As it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; null where there is none. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** What a case works with. */
export interface HttpApi {
  readonly app: TestApp;
  readonly served: Served;
  readonly call: (method: string, path: string, sent?: Sent) => Promise<Answer>;
  /** As `call`, but the second half of the body is sent after `meanwhile`, which begins once the session was asked for. */
  readonly slowly: (method: string, path: string, sent: Sent, meanwhile: () => unknown) => Promise<Answer>;
  /** Sends text over a bare socket; gives what comes back until the server closes. */
  readonly socket: (text: string) => Promise<string>;
}

/** One case of the suite. */
export interface HttpCase {
  readonly name: string;
  /** Whether the application has passkeys. */
  readonly passkeys?: boolean;
  readonly run: (api: HttpApi) => Promise<void>;
}

function headersOf({ body, raw, cookie, headers }: Sent): Record<string, string> {
  return {
    ...((body !== undefined || raw !== undefined) && { 'content-type': 'application/json' }),
    ...(cookie !== undefined && { cookie }),
    ...headers,
  };
}

/** Wires a case to a server. */
export function httpApi(app: TestApp, served: Served): HttpApi {
  const ask = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(served.url + path, { method, ...init });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    };
    if (app.faults.host === null && method !== 'HEAD') {
      checkAnswer(answer, app);
      checkDeclared(method, path, answer, app.options().routes);
    }
    return answer;
  };
  return {
    app,
    served,
    call: (method, path, sent = {}) =>
      ask(method, path, {
        headers: headersOf(sent),
        ...(sent.raw !== undefined && { body: sent.raw }),
        ...(sent.body !== undefined && { body: JSON.stringify(sent.body) }),
      }),
    slowly(method, path, sent, meanwhile) {
      const bytes = new TextEncoder().encode(JSON.stringify(sent.body));
      const half = bytes.length >> 1;
      const { asked } = app;
      const body = new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(bytes.subarray(0, half));
          while (app.asked === asked) await new Promise((resolve) => setTimeout(resolve, 1));
          await meanwhile();
          controller.enqueue(bytes.subarray(half));
          controller.close();
        },
      });
      const init = { headers: headersOf(sent), body, duplex: 'half' } as const;
      return ask(method, path, init);
    },
    socket(text) {
      const { hostname, port } = new URL(served.url);
      return new Promise((resolve, reject) => {
        const socket = net.connect(Number(port), hostname, () => socket.write(text));
        let received = '';
        socket.setTimeout(10_000, () => socket.destroy(new Error('The server does not answer.')));
        socket.on('data', (data) => {
          received += data.toString();
        });
        socket.on('close', () => resolve(received));
        socket.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'ECONNRESET' && received !== '') resolve(received);
          else reject(error);
        });
      });
    },
  };
}

/** What holds for every answer of the contract. */
function checkAnswer({ status, headers, text, body }: Answer, app: TestApp): void {
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('etag')).toBeNull();
  if (status < 400) return;
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(problemBody.parse(body)).toMatchObject({ type: 'about:blank', status });
  expect(headers.get('retry-after') !== null).toBe(
    RETRYABLE.has(String(body?.['code'])) || 'retry_after' in (body ?? {}),
  );
  // RFC 9110 §15.5.2.
  expect(headers.get('www-authenticate')).toBe(status === 401 ? `MFA error="${String(body?.['code'])}"` : null);
  expect(/\bat .*\.[jt]s:\d/.test(text), 'no stack').toBe(false);
  for (const secret of app.secrets) expect(text, 'no secret').not.toContain(secret);
}

const RETRYABLE = new Set(['contention', 'store_unavailable', 'busy']);

/** Expects a refusal: status, code and sentence exactly. */
export function expectProblem(answer: Answer, status: number, code: string, detail?: string): void {
  expect({ status: answer.status, code: answer.body?.['code'] }).toEqual({ status, code });
  if (detail !== undefined) expect(answer.body?.['detail']).toBe(detail);
}
