// Takes a picture of every state of the elements in every display, into `pictures/`; a chosen few go to the pages of the docs.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve('pictures');
/** What the docs show: enough to see what the elements look like. */
const CHOSEN = ['sign-in-code-light', 'enroll-scan-light', 'enroll-codes-dark', 'manage-on-light', 'step-up-dark'];
const DOCS = 'docs/guide/pictures';

const { status } = spawnSync('npx', ['vitest', 'run', 'packages/elements/test/states'], {
  stdio: 'inherit',
  env: { ...process.env, MFAKIT_TEST_PICTURES: FOLDER },
});
if (status !== 0) process.exit(status ?? 1);
mkdirSync(DOCS, { recursive: true });
for (const name of CHOSEN) copyFileSync(`${FOLDER}/${name}.png`, `${DOCS}/${name}.png`);
console.log(`All pictures are in ${FOLDER}, ${CHOSEN.length} of them in ${DOCS}`);
