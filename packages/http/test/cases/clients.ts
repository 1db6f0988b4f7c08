/** Clients: requests as other people's clients make them, live or recorded. */
import axios from 'axios';
import net from 'node:net';
import { expect } from 'vitest';
import type { HttpApi, HttpCase } from '../http-api.ts';

/** `HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody())`, as the `HttpClient` of Java 17.0.15 sent it to a socket. */
const JAVA: Readonly<Record<string, readonly string[]>> = {
  HTTP_1_1: ['Content-Length: 0', 'User-Agent: Java-http-client/17.0.15'],
  // Its default: on a connection without TLS it offers to go on in HTTP/2.
  HTTP_2: [
    'Connection: Upgrade, HTTP2-Settings',
    'Content-Length: 0',
    'HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
    'Upgrade: h2c',
    'User-Agent: Java-http-client/17.0.15',
  ],
};

/** Sends lines of headers as they are; gives what the server answers first. */
function replay({ served }: HttpApi, path: string, lines: readonly string[]): Promise<string> {
  const { hostname, port, pathname, host } = new URL(served.url);
  const text = [`POST ${pathname}${path} HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(5000, () => socket.destroy(new Error('The server does not answer.')));
    socket.on('error', reject).once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}

export const clientCases: readonly HttpCase[] = [
  {
    name: 'Java’s HttpClient posts without a body, a type and an Origin: 200',
    async run(api) {
      for (const lines of Object.values(JAVA)) {
        const cookie = `Cookie: ${api.app.signIn('alice')}`;
        expect(await replay(api, '/totp/setup', [...lines, cookie])).toMatch(/^HTTP\/1\.1 200 /);
        expect(await replay(api, '/totp/setup', lines)).toMatch(/^HTTP\/1\.1 401 /);
      }
    },
  },
  {
    name: 'axios posts nothing, null or {}: 200 from a page of the same origin, and nothing as a form from elsewhere',
    async run({ app, served }) {
      const { origin } = new URL(served.url);
      const url = `${served.url}/totp/setup`;
      const statuses = async (browser: Record<string, string>): Promise<number[]> => {
        const headers = { ...browser, cookie: app.signIn('alice') };
        // Not through a proxy that the environment names.
        const config = { headers, proxy: false, validateStatus: null } as const;
        const answers = [await axios.post(url, undefined, config), await axios.post(url, null, config)];
        for (const { request } of answers as { request: { getHeader(name: string): unknown } }[]) {
          // What this case is about; without it axios has changed.
          expect(request.getHeader('content-type')).toBe('application/x-www-form-urlencoded');
        }
        return [...answers, await axios.post(url, {}, config)].map(({ status }) => status);
      };
      expect(await statuses({ 'sec-fetch-site': 'same-origin', origin })).toEqual([200, 200, 200]);
      // A browser that does not know Sec-Fetch-Site.
      expect(await statuses({ origin })).toEqual([200, 200, 200]);
      expect(await statuses({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })).toEqual([
        415, 415, 200,
      ]);
      expect(await statuses({ origin: 'https://evil.example' })).toEqual([415, 415, 200]);
      expect(await statuses({})).toEqual([415, 415, 200]);
    },
  },
];
