// Runs the built examples as a newcomer does: each server answers and ends by a signal, the walk-through ends by itself.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE_MS = 60_000;
let failures = 0;

function report(name, wrong) {
  console.log(wrong === null ? `ok ${name}` : `FAILED ${name}: ${wrong}`);
  if (wrong !== null) failures++;
}

/** What goes wrong between start and end; `null`: nothing. */
async function serve(main, signal) {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const ended = once(child, 'exit');
  let printed = '';
  try {
    const url = await new Promise((resolve, reject) => {
      const read = (data) => {
        printed += data;
        const found = /http:\/\/localhost:\d+/.exec(printed);
        if (found !== null) resolve(found[0]);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('exit', () => reject(new Error(`it ended before it listened: ${printed.slice(-500)}`)));
    });
    const { status } = await fetch(url);
    if (status !== 200) return `its first page answers ${status}`;
    child.kill(signal);
    const [code] = await ended;
    return code === 0 ? null : `${signal} ends it with ${code}: ${printed.slice(-500)}`;
  } catch (error) {
    return error.message;
  } finally {
    clearTimeout(killer);
    child.kill('SIGKILL');
  }
}

for (const example of ['hono-sqlite', 'express-postgres']) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    report(`${example}, ${signal}`, await serve(`examples/${example}/dist/main.js`, signal));
  }
}
const { status, stderr } = spawnSync(process.execPath, ['examples/lifecycle/dist/main.js'], { timeout: PATIENCE_MS });
report('lifecycle', status === 0 ? null : String(stderr).slice(-500));
process.exit(failures === 0 ? 0 : 1);
