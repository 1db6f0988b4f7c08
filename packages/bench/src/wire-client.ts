/** WireClient: a kept-alive connection that sends one request at a time. It is cheap, so its cost hides no server. */
import { connect } from 'node:net';

/** An answer. */
interface WireAnswer {
  readonly status: number;
  readonly body: string;
}

/** One connection, with one request at a time. */
export interface WireClient {
  send(method: 'GET' | 'POST', path: string, body?: unknown, cookie?: string): Promise<WireAnswer>;
  close(): void;
}

/** @param port - on loopback */
export function wireClient(port: number): WireClient {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  let waiting: { readonly resolve: (answer: WireAnswer) => void; readonly reject: (error: Error) => void } | null =
    null;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const answer = takeAnswer(received);
    if (answer === null) return;
    received = '';
    waiting?.resolve(answer);
  });
  const lose = (): void => waiting?.reject(new Error('the server closed the connection'));
  socket.on('error', lose).on('close', lose);
  return {
    send: (method, path, body, cookie) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(requestText(method, path, body, cookie));
      }),
    close: () => socket.destroy(),
  };
}

function requestText(method: string, path: string, body: unknown, cookie: string | undefined): string {
  const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1'];
  if (cookie !== undefined) lines.push(`cookie: ${cookie}`);
  if (body === undefined) return `${lines.join('\r\n')}\r\n\r\n`;
  const text = JSON.stringify(body);
  lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(text)}`);
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

/** @returns `null` while a part is still missing */
function takeAnswer(received: string): WireAnswer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = received.slice(0, end);
  const status = Number(head.slice(9, 12));
  const body = received.slice(end + 4);
  if (/\r\ntransfer-encoding: chunked/i.test(head))
    return body.endsWith('0\r\n\r\n') ? { status, body: unchunk(body) } : null;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return body.length >= length ? { status, body } : null;
}

function unchunk(body: string): string {
  let text = '';
  for (let rest = body; ;) {
    const line = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.slice(0, line), 16);
    if (!(size > 0)) return text;
    text += rest.slice(line + 2, line + 2 + size);
    rest = rest.slice(line + 4 + size);
  }
}
