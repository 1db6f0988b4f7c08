/** openSite: a small site under the strictest content security policy, on loopback. */
import { RECORDER } from '../src/index.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

const HEAD =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
  '<title>Acme</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">';

const PAGE = `${HEAD}<script src="/recorder.js"></script><script src="/page.js"></script>
<main>
  <h1>Sign in</h1>
  <form>
    <p><label for="code">Code</label> <input id="code" name="code"></p>
    <p><label><input type="checkbox" id="trust"> Don't ask again</label></p>
    <p><button id="go">Continue</button> <button type="button" id="more" aria-label="More ways">…</button></p>
  </form>
  <p hidden><button>Hidden</button></p>
  <p><a href="/other">Other page</a></p>
  <p id="seen" role="status"></p>
  <dialog aria-label="Sure?"><button id="no">No</button></dialog>
</main>`;

const SCRIPT = `
window.pressed = [];
window.misbehave = () => {
  console.error('an error', 1);
  console.log('nothing');
  setTimeout(() => { throw new Error('thrown'); });
  Promise.reject(new Error('rejected'));
  document.createElement('script').text = '1';
};
document.addEventListener('keydown', ({ key, shiftKey, isTrusted }) => {
  if (isTrusted && key !== 'Shift') pressed.push((shiftKey && key.length > 1 ? 'Shift+' : '') + key);
});
document.addEventListener('DOMContentLoaded', () => {
  const by = (id) => document.getElementById(id);
  document.forms[0].addEventListener('submit', (event) => {
    event.preventDefault();
    by('seen').textContent = 'Sent ' + by('code').value;
  });
  by('more').addEventListener('click', ({ isTrusted }) => isTrusted && document.querySelector('dialog').showModal());
});
`;

const FILES: Readonly<Record<string, readonly [type: string, body: string]>> = {
  '/': ['text/html', PAGE],
  '/other': ['text/html', `${HEAD}<main><h1>Other page</h1></main>`],
  '/broken': ['text/html', PAGE.replace('<main>', '<main><script>document.title = "ran"</script><img src="/" alt="">')],
  '/unlabelled': ['text/html', `${HEAD}<main><h1>Sign in</h1><input></main>`],
  '/page.js': ['text/javascript', SCRIPT],
  '/recorder.js': ['text/javascript', RECORDER],
  '/style.css': ['text/css', ':root { color-scheme: light dark; background: Canvas } body { margin: 16px }'],
};

/** A running site. */
export interface Site {
  /** Its address on `localhost`, which browsers take for secure; without a slash at the end. */
  readonly url: string;
  close(): void;
}

/** Starts it. Anybody who asks `/cookie` gets a cookie. */
export async function openSite(): Promise<Site> {
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = FILES[url] ?? ['text/plain', ''];
    response.setHeader('content-type', `${type}; charset=utf-8`);
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('cache-control', 'no-store');
    if (url === '/cookie') response.setHeader('set-cookie', 'session=1; HttpOnly; Path=/');
    if (url === '/who') response.write(response.req.headers.cookie ?? 'nobody');
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return {
    url: `http://localhost:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
