/** Mutants: every change that the operators can make to a source file. */
import { OPERATORS } from './operators/index.ts';
import type { Edit } from './operators/operator.ts';
import { parse, walk } from './syntax.ts';

/** One change to one file. */
export interface Mutant extends Edit {
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  /** The changed lines, before and after. */
  readonly before: string;
  readonly after: string;
  /** The same for the same change, however the rest of the file changes. */
  readonly name: string;
}

/**
 * Lists the changes to a file, in the order of the text. Those that are no longer TypeScript are left out.
 * @throws {SyntaxError} if the file itself is not
 */
export function mutantsOf(file: string, source: string): readonly Mutant[] {
  const tree = parse(file, source);
  if (tree === null) throw new SyntaxError(`${file} cannot be parsed`);
  const found = new Map<string, Mutant>();
  const times = new Map<string, number>();
  walk(tree, (node, parents) => {
    for (const [operator, changes] of Object.entries(OPERATORS)) {
      for (const edit of changes(node, { parents, text: ({ start, end }) => source.slice(start, end) })) {
        const changed = apply(source, edit);
        // Two operators may make the same change.
        if (changed === source || found.has(changed) || parse(file, changed) === null) continue;
        const { before, after } = linesOf(source, edit);
        const base = `${file} ${operator} ${before} ${after}`;
        const nth = times.get(base) ?? 0;
        times.set(base, nth + 1);
        const line = source.slice(0, edit.start).split('\n').length;
        found.set(changed, { ...edit, file, line, operator, before, after, name: `${base} ${nth}` });
      }
    }
  });
  return [...found.values()].sort((a, b) => a.start - b.start);
}

/** The text of a file with a change in it. */
export function apply(source: string, { start, end, replacement }: Edit): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** The lines that an edit touches, on one line each way. */
function linesOf(source: string, edit: Edit): { readonly before: string; readonly after: string } {
  const from = source.lastIndexOf('\n', edit.start - 1) + 1;
  const newline = source.indexOf('\n', edit.end);
  const to = newline === -1 ? source.length : newline;
  const after = source.slice(from, edit.start) + edit.replacement + source.slice(edit.end, to);
  return { before: short(source.slice(from, to)), after: short(after) };
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
