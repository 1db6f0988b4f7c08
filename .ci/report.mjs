// Sums the reports of all test runs and the counted checks into the last line of `.ci/run`, and fails if anything failed.
// The folder holds `tests/NAME.status`, `tests/NAME.json` (vitest's report) and `tests/NAME.log` (what it printed) for each
// run, `checks/NAME` for each check.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const read = (...path) => readFileSync(join(folder, ...path), 'utf8').trim();

/** What one run of vitest adds; `trouble` tells what failed that is no test. */
function readRun(name) {
  const file = join('tests', `${name}.json`);
  const text = existsSync(join(folder, file)) ? read(file) : '';
  if (text === '') return { passed: 0, failed: 1, skipped: [], trouble: 'it did not end with a report' };
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(text);
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'skipped' || status === 'pending'),
  );
  const failedTests = testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => told(fullName, failureMessages.join('\n'))),
  );
  // A file that does not load has failed, though none of its tests did.
  const broken = testResults
    .filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    )
    .map(({ name: path, message = '' }) => told(path, message));
  const failed = numFailedTests + broken.length;
  if (failed > 0) return { passed, failed, skipped, trouble: [...failedTests, ...broken].join('\n  ') };
  if (passed === 0) return { passed, failed: 1, skipped, trouble: 'no test ran' };
  if (read('tests', `${name}.status`) !== '0') {
    return { passed, failed: 1, skipped, trouble: `an error outside the tests:\n${outsideTests(name)}` };
  }
  return { passed, failed, skipped, trouble: '' };
}

/** What failed, and the beginning of what it said. */
function told(what, said) {
  return [what, ...said.split('\n').slice(0, 15)].join('\n    ').trimEnd();
}

/** What vitest printed of errors that belong to no test; else the end of what was printed. */
function outsideTests(name) {
  const file = join('tests', `${name}.log`);
  const lines = existsSync(join(folder, file)) ? read(file).split('\n') : [];
  const start = lines.findIndex((line) => line.includes('Unhandled Error'));
  return (start === -1 ? lines.slice(-40) : lines.slice(start, start + 40)).join('\n');
}

let allPassed = 0;
let allFailed = 0;
// Told last, where nobody has to look for them among what was skipped.
const failures = [];

const runs = readdirSync(join(folder, 'tests'))
  .filter((file) => file.endsWith('.status'))
  .map((file) => file.slice(0, -'.status'.length));
for (const name of runs) {
  const { passed, failed, skipped, trouble } = readRun(name);
  const line = `${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped`;
  if (trouble === '') console.log(`ok ${line}`);
  else failures.push(`FAILED ${line}\n  ${trouble}`);
  // Each says why by its name.
  for (const reason of new Set(skipped.map(({ fullName }) => fullName))) console.log(`  skipped: ${reason}`);
  allPassed += passed;
  allFailed += failed;
}
if (runs.length === 0) {
  failures.push('FAILED: no tests were run');
  allFailed += 1;
}
for (const name of readdirSync(join(folder, 'checks'))) {
  const succeeded = read('checks', name) === '0';
  if (succeeded) {
    console.log(`ok ${name}`);
    allPassed += 1;
  } else {
    failures.push(`FAILED ${name}`);
    allFailed += 1;
  }
}
for (const failure of failures) console.log(failure);

console.log(`${allPassed} passed, ${allFailed} failed`);
process.exit(allFailed === 0 ? 0 : 1);
