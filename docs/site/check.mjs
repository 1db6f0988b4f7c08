// Builds the site, and checks what readers are promised: `--built` checks the one that is there.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkInBrowser } from './check-browser.mjs';
import { checkLinks, checkSizes } from './check-files.mjs';

const BUILD_LIMIT_S = 60;
let failures = 0;

async function check(name, work) {
  const startedMs = Date.now();
  const complaints = [];
  try {
    complaints.push(...((await work(complaints)) ?? []));
  } catch (error) {
    complaints.push(error.message);
  }
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  console.log(complaints.length === 0 ? `ok ${name}, ${seconds} s` : `FAILED ${name}, ${seconds} s`);
  for (const complaint of complaints.slice(0, 30)) console.log(`   ${complaint}`);
  if (complaints.length > 0) failures++;
}

function build() {
  const startedMs = Date.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`.slice(-2000));
  const seconds = (Date.now() - startedMs) / 1000;
  return seconds > BUILD_LIMIT_S ? [`it took more than ${BUILD_LIMIT_S} s`] : [];
}

if (!process.argv.includes('--built')) await check('the site builds', build);
if (failures === 0) {
  await check('sizes', checkSizes);
  await check('links and anchors', checkLinks);
  await checkInBrowser(check);
}
process.exit(failures === 0 ? 0 : 1);
