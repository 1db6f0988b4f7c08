// A registry on the loopback that remembers what is published to it, for the rehearsal of a release.
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * @returns its address, what was published in order, and how to end it
 */
export async function startRegistry() {
  /** What `npm publish` sent, by name. */
  const packages = new Map();
  const published = [];
  const handle = async (request, response) => {
    const [name, version] = request.url.slice(1).split('/').map(decodeURIComponent);
    const answer = (status, body) => response.writeHead(status).end(JSON.stringify(body));
    if (request.method !== 'PUT') {
      const found = version === undefined ? packages.get(name) : packages.get(name)?.versions[version];
      return found === undefined ? answer(404, { error: 'Not found' }) : answer(200, found);
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    packages.set(name, sent);
    published.push({ name, tags: sent['dist-tags'], manifest: Object.values(sent.versions)[0] });
    return answer(201, { ok: true });
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${server.address().port}`,
    published,
    stop: () => new Promise((resolve) => void server.close(resolve)),
  };
}
