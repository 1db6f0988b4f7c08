// Runs the built examples, and the demo from its sources, as a newcomer does: each server answers and ends by a signal, the
// walk-through ends by itself.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const PATIENCE_MS = 60_000;
let failures = 0;

function report(name, wrong) {
  console.log(wrong === null ? `ok ${name}` : `FAILED ${name}: ${wrong}`);
  if (wrong !== null) failures++;
}

/** What goes wrong between start and end; `null`: nothing. */
async function serve(program, signal) {
  const child = spawn(process.execPath, program, {
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
    for (const path of ['/', '/scripts/sign-in.js', '/elements.css']) {
      const { status } = await fetch(url + path);
      if (status !== 200) return `${path} answers ${status}`;
    }
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

/** What comes after `node` in the script `demo` of package.json. */
const [, ...demo] = JSON.parse(readFileSync('package.json', 'utf8')).scripts.demo.split(' ');
const programs = {
  'npm run demo': demo,
  'hono-sqlite': ['examples/hono-sqlite/dist/main.js'],
  'express-postgres': ['examples/express-postgres/dist/main.js'],
};
for (const [name, program] of Object.entries(programs)) {
  for (const signal of ['SIGTERM', 'SIGINT']) report(`${name}, ${signal}`, await serve(program, signal));
}
const { status, stderr } = spawnSync(process.execPath, ['examples/lifecycle/dist/main.js'], { timeout: PATIENCE_MS });
report('lifecycle', status === 0 ? null : String(stderr).slice(-500));
process.exit(failures === 0 ? 0 : 1);
