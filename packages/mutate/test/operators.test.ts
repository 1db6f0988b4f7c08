/** Each operator, on the smallest source that it changes. */
import { describe, expect, test } from 'vitest';
import { apply, mutantsOf } from '../src/mutants.ts';
import { OPERATORS } from '../src/operators/index.ts';

/** Every text that an operator makes of a source. */
function made(source: string, operator: string): readonly string[] {
  return mutantsOf('packages/core/src/x.ts', source)
    .filter((mutant) => mutant.operator === operator)
    .map((mutant) => apply(source, mutant));
}

const CHANGES: readonly (readonly [operator: string, source: string, ...made: string[]])[] = [
  ['negate a condition', 'if (a) b(); else c();', 'if (!(a)) b(); else c();'],
  ['negate a condition', 'a = b ? c : d;', 'a = !(b) ? c : d;'],
  ['move a bound', 'a = b < c;', 'a = b <= c;'],
  ['move a bound', 'a = b >= c;', 'a = b > c;'],
  ['flip an equality', 'a = b === c;', 'a = b !== c;'],
  ['keep one operand', 'a = b ?? c;', 'a = (b);', 'a = (c);'],
  ['keep one branch', 'a = b ? c : d;', 'a = (c);', 'a = (d);'],
  ['drop a check', 'if (a) throw b;', ';'],
  ['drop a not', 'a = !b;', 'a = b;'],
  ['swap a method', 'a = b.some(c);', 'a = b.every(c);'],
  ['empty a case', 'switch (a) { case b: c(); d(); }', 'switch (a) { case b: break; }'],
  ['drop a statement', 'a(); b = c;', '; b = c;', 'a(); ;'],
  ['drop an await', 'a = await b;', 'a = (b);'],
  ['argument in place of a call', 'a = b(c, d);', 'a = (c);'],
  ['receiver in place of a call', 'a = b.c(d);', 'a = (b);'],
  ['drop an argument', 'a = b(c, d);', 'a = b(c);'],
  [
    'return nothing',
    'function a() { return b; }',
    'function a() { return null; }',
    'function a() { return undefined; }',
  ],
  ['give null', 'a = () => b;', 'a = () => null;'],
  ['change a literal', 'a = true;', 'a = false;'],
  ['change a literal', 'a = 7;', 'a = 8;', 'a = 6;'],
  ['change a literal', 'a = 0;', 'a = 1;', 'a = (-1);'],
  ['change a literal', "a = 'word';", "a = '';"],
  ['change a literal', 'a = /^b$/;', 'a = /b$/;', 'a = /^b/;'],
  ['change arithmetic', 'a = b + c;', 'a = b - c;'],
  ['change arithmetic', 'a += b;', 'a -= b;'],
  ['drop an element', 'a = [b, c];', 'a = [];', 'a = [c];', 'a = [b];'],
  ['drop a property', 'a = { b, ...c };', 'a = { ...c };', 'a = { b };'],
  ['drop a value from a template', 'a = `${b}.${c}`;', "a = `${''}.${c}`;", "a = `${b}.${''}`;"],
  ['drop a default', 'const { a = b } = c;', 'const { a } = c;'],
];

test.each(CHANGES)('%s: %s', (operator, source, ...expected) => {
  expect(made(source, operator).toSorted()).toEqual(expected.toSorted());
});

test('every operator is tried', () => {
  expect([...new Set(CHANGES.map(([operator]) => operator))].toSorted()).toEqual(Object.keys(OPERATORS).toSorted());
});

describe('nothing is made of', () => {
  test.each([
    ['a type', 'type A = { readonly b: true | 7 | "word" };'],
    ['an interface', 'interface A { b?: () => "word" }'],
    ['an import', "import { a } from 'b';"],
    ['an export from elsewhere', "export { a } from 'b'; export type { C } from 'd';"],
    ['words for people', "const a = 'must not be empty';"],
    ['texts that are joined', "const a = 'b ' + c;"],
  ])('%s', (_what, source) => {
    expect(mutantsOf('x.ts', source)).toEqual([]);
  });
});

test('a change says where it is, and how the line was and is', () => {
  const mutant = mutantsOf('packages/core/src/x.ts', 'f(\n  a,\n);\nconst b =\n  c < d;\n').find(
    ({ operator }) => operator === 'move a bound',
  );
  expect(mutant).toMatchObject({ file: 'packages/core/src/x.ts', line: 5, before: 'c < d;', after: 'c <= d;' });
});

test('what would not be TypeScript is left out', () => {
  // Without its initializer, this is no statement.
  for (const mutant of mutantsOf('x.ts', 'const a = { b: [c], d: e() };')) {
    expect(() => mutantsOf('x.ts', apply('const a = { b: [c], d: e() };', mutant))).not.toThrow();
  }
  expect(() => mutantsOf('x.ts', 'const = 1')).toThrow(SyntaxError);
});
