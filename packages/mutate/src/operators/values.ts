/** Values: a literal, an element, a property or a sum is another one, or is missing. */
import { isNode, nodesOf, type Node } from '../syntax.ts';
import { replace, type Edit, type Operator } from './operator.ts';

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '&': '|',
  '|': '&',
  '^': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
};

/** `true` becomes `false`; a number one more, and one less; a word the empty string; a pattern loses an anchor. */
export const changeLiteral: Operator = (node, { parents, text }) => {
  if (node.type !== 'Literal' || isName(node, parents.at(-1))) return [];
  const { value } = node;
  switch (typeof value) {
    case 'boolean':
      return [replace(node, String(!value))];
    case 'number':
      return [replace(node, String(value + 1)), replace(node, value === 0 ? '(-1)' : String(value - 1))];
    case 'string':
      if (value.includes(' ')) return []; // words for people
      return [replace(node, value === '' ? "'x'" : "''")];
    default:
      return isRegExp(node) ? withoutAnchors(node, text(node)) : [];
  }
};

/** `a + b` becomes `a - b`. Texts that are joined are left alone. */
export const changeArithmetic: Operator = (node, { text }) => {
  const { left, right } = node;
  const sign = String(node['operator']);
  if (!isNode(left) || !isNode(right)) return [];
  if ([left, right].some((side) => side.type === 'TemplateLiteral' || typeof side['value'] === 'string')) return [];
  const plain = node.type === 'BinaryExpression' ? ARITHMETIC[sign] : undefined;
  if (plain !== undefined) return [replace(node, `${text(left)} ${plain} ${text(right)}`)];
  const assigned = node.type === 'AssignmentExpression' && sign !== '=' ? ARITHMETIC[sign.slice(0, -1)] : undefined;
  return assigned === undefined ? [] : [replace(node, `${text(left)} ${assigned}= ${text(right)}`)];
};

/** `[a, b]` becomes `[]`, `[b]` and `[a]`. */
export const dropElement: Operator = (node) => {
  if (node.type !== 'ArrayExpression') return [];
  const elements = nodesOf(node['elements']);
  if (elements.length === 0) return [];
  return [replace(node, '[]'), ...(elements.length > 1 ? without(elements) : [])];
};

/** `{ a, ...b }` becomes `{ ...b }` and `{ a }`. */
export const dropProperty: Operator = (node) =>
  node.type === 'ObjectExpression' ? without(nodesOf(node['properties'])) : [];

/** A template loses one of the values in it. */
export const dropTemplateValue: Operator = (node, { text }) => {
  if (node.type !== 'TemplateLiteral' || text(node).includes(' ')) return [];
  return nodesOf(node['expressions']).map((value) => replace(value, "''"));
};

/** `const { a = b } = c` becomes `const { a } = c`, and so do parameters. */
export const dropDefault: Operator = (node, { text }) => {
  const { left } = node;
  return node.type === 'AssignmentPattern' && isNode(left) ? [replace(node, text(left))] : [];
};

/** Each list with one item less. */
function without(items: readonly Node[]): readonly Edit[] {
  return items.map((item, i) => {
    const [before, after] = [items[i - 1], items[i + 1]];
    if (after !== undefined) return { start: item.start, end: after.start, replacement: '' };
    return { start: before?.end ?? item.start, end: item.end, replacement: '' };
  });
}

/** Whether a literal is the name of a property. */
function isName(node: Node, parent: Node | undefined): boolean {
  return parent?.['key'] === node && parent['value'] !== node;
}

function isRegExp(node: Node): boolean {
  return typeof node['regex'] === 'object' && node['regex'] !== null;
}

function withoutAnchors(node: Node, source: string): readonly Edit[] {
  const edits: Edit[] = [];
  if (source.startsWith('/^')) edits.push(replace(node, `/${source.slice(2)}`));
  const end = source.lastIndexOf('$/');
  if (end > 0 && source[end - 1] !== '\\') edits.push(replace(node, source.slice(0, end) + source.slice(end + 1)));
  return edits;
}
