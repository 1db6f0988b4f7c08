/** A sample depends on its seed, and hardly on what else is in the code. */
import { expect, test } from 'vitest';
import { mutantsOf } from '../src/mutants.ts';
import { sample } from '../src/sample.ts';

const SOURCE = Array.from({ length: 60 }, (_, i) => `f${i}(a < ${i});`).join('\n');
const names = (source: string, seed: string): readonly string[] =>
  sample(mutantsOf('x.ts', source), 20, seed).map(({ name }) => name);

test('the same seed chooses the same changes in the same order, another seed others', () => {
  expect(names(SOURCE, 'a')).toHaveLength(20);
  expect(names(SOURCE, 'a')).toEqual(names(SOURCE, 'a'));
  expect(names(SOURCE, 'a')).not.toEqual(names(SOURCE, 'b'));
});

test('lines that are added above leave nearly all of the choice as it is', () => {
  const before = names(SOURCE, 'a');
  const after = names(`added();\n${SOURCE}`, 'a');
  expect(before.filter((name) => after.includes(name)).length).toBeGreaterThanOrEqual(19);
});
