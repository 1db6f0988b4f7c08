// Serves the site on loopback. Started as a program, it says where, and goes on until it is stopped.
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { SITE } from './folders.mjs';

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** The file at a path, or nothing. `new URL` has removed every step out of the folder. */
function fileAt(path) {
  const file = join(SITE, decodeURIComponent(path.endsWith('/') ? `${path}index.html` : path));
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/**
 * @param {number} port - 0: any that is free
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serveSite(port) {
  const server = createServer((request, response) => {
    const file = fileAt(new URL(request.url, 'http://localhost').pathname);
    response.writeHead(file === undefined ? 404 : 200, {
      'content-type': file === undefined ? TYPES['.html'] : (TYPES[extname(file)] ?? 'application/octet-stream'),
    });
    createReadStream(file ?? join(SITE, '404.html')).pipe(response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await serveSite(Number(process.env.PORT ?? 4173));
  console.log(`The documentation: ${url}`);
}
