// Sums the JSON report of vitest and the counted checks into the last line of `.ci/run`, and fails where anything failed.
import { readFileSync } from 'node:fs';

const [file, testStatus, checksPassed, checksFailed] = process.argv.slice(2);
const text = readFileSync(file, 'utf8');
const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = text === '' ? {} : JSON.parse(text);

// A file that does not load has failed, though none of its tests did.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
let testsFailed = numFailedTests + brokenFiles;
if (testsFailed === 0 && (testStatus !== '0' || numPassedTests === 0)) {
  console.log(numPassedTests === 0 ? 'No test ran.' : 'An error outside the tests: see the output of vitest.');
  testsFailed = 1;
}

const failed = testsFailed + Number(checksFailed);
console.log(`${numPassedTests + Number(checksPassed)} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
