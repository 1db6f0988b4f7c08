import { expect, test } from 'vitest';
import { withoutJudged } from '../src/judged.ts';
import { mutantsOf } from '../src/mutants.ts';

const mutants = mutantsOf('packages/core/src/x.ts', 'a = b < c; d = 7;');
const file = 'packages/core/src/x.ts';
const line = 'a = b < c; d = 7;';

test('a change that was judged is no longer tried; the others are', () => {
  const bound = { file, operator: 'move a bound', before: line, after: 'a = b <= c; d = 7;', why: 'never equal' };
  const { left, judged, stale } = withoutJudged(mutants, [bound]);
  expect(judged).toBe(1);
  expect(stale).toEqual([]);
  expect(left.map(({ after }) => after)).toEqual(
    mutants.map(({ after }) => after).filter((after) => after !== bound.after),
  );
});

test('a judgement of what is no longer in the source is told', () => {
  const gone = { file, operator: 'move a bound', before: 'a = b > c;', after: 'a = b >= c;', why: 'never equal' };
  expect(withoutJudged(mutants, [gone])).toEqual({ left: mutants, judged: 0, stale: [gone] });
});
