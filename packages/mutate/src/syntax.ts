/** Syntax: the tree of a source file, and a walk over the parts of it that run. */
import { parseSync } from 'oxc-parser';

/** A node of the tree, with its place in the text. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** Types of TypeScript that hold an expression; everything else of TypeScript does not run. */
const TRANSPARENT = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'];

/** Places where a change says nothing: what is imported and exported, and where from. */
const NOT_RUN = ['ImportDeclaration', 'ExportAllDeclaration', 'ExportSpecifier'];

function isReExport(node: Node): boolean {
  return node.type === 'ExportNamedDeclaration' && isNode(node['source']);
}

/** @returns the tree; `null` if the text is not TypeScript */
export function parse(file: string, text: string): Node | null {
  const { program, errors } = parseSync(file, text);
  return errors.length > 0 ? null : (program as unknown as Node);
}

/** Whether a value is a node, optionally of one of some types. */
export function isNode(value: unknown, ...types: readonly string[]): value is Node {
  const found = typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
  return found && (types.length === 0 || types.includes((value as Node).type));
}

/** The nodes in a property that lists them. */
export function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter((item) => isNode(item)) : [];
}

/** Calls `visit` with every node that runs and its parents, innermost last. */
export function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const step = (current: Node, parents: readonly Node[]): void => {
    if (NOT_RUN.includes(current.type) || isReExport(current)) return;
    if (current.type.startsWith('TS') && !TRANSPARENT.includes(current.type)) return;
    visit(current, parents);
    const inside = [...parents, current];
    for (const value of Object.values(current)) {
      for (const child of isNode(value) ? [value] : nodesOf(value)) step(child, inside);
    }
  };
  step(node, []);
}
