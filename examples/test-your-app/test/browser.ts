/** A browser without a network: sends requests to an application and keeps its session. */
import type { Hono } from 'hono';

/** What an application answered. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

export function browserOf(app: Hono): (path: string, body?: object) => Promise<Answer> {
  let cookie = '';
  return async (path, body = {}) => {
    const headers = { cookie, 'content-type': 'application/json' };
    const response = await app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
}
