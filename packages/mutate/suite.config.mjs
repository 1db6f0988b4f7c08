// The configuration of the tests in a copy: that of the workspace, with the test files in the order that is asked for.
import { readFileSync } from 'node:fs';
import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import workspace from '../../vitest.config.ts';

/** Test files, those to run first in front: a JSON file that the environment names. */
const order = JSON.parse(readFileSync(process.env['MFAKIT_MUTATE_ORDER'] ?? '', 'utf8'));

function place({ moduleId }) {
  const found = order.findIndex((file) => moduleId.endsWith(`/${file}`));
  return found === -1 ? order.length : found;
}

class Ordered extends BaseSequencer {
  async sort(files) {
    return files.toSorted((a, b) => place(a) - place(b));
  }
}

// A busy machine is no reason to count a change as noticed.
const patient = { testTimeout: 120_000, hookTimeout: 120_000 };

export default mergeConfig(
  workspace,
  defineConfig({ cacheDir: '.vite', test: { ...patient, sequence: { sequencer: Ordered } } }),
);
