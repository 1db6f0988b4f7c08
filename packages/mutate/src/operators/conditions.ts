/** Conditions: what is asked is asked the other way round, in part, or not at all. */
import { isNode, nodesOf, type Node } from '../syntax.ts';
import { replace, type Operator } from './operator.ts';

const BOUNDS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };
const EQUALITY: Readonly<Record<string, string>> = { '===': '!==', '!==': '===' };

/** `if (a)` becomes `if (!(a))`; loops too. A ternary has its branches swapped. */
export const negateCondition: Operator = (node, { text }) => {
  if (!['IfStatement', 'ConditionalExpression', 'WhileStatement', 'ForStatement'].includes(node.type)) return [];
  const { test } = node;
  return isNode(test) ? [replace(test, `!(${text(test)})`)] : [];
};

/** `a < b` becomes `a <= b`. */
export const moveBound: Operator = (node, { text }) => binary(node, BOUNDS, text);

/** `a === b` becomes `a !== b`. */
export const flipEquality: Operator = (node, { text }) => binary(node, EQUALITY, text);

/** `a && b` becomes `a`, and `b`; so do `||` and `??`. */
export const oneOperand: Operator = (node, { text }) => {
  if (node.type !== 'LogicalExpression') return [];
  return [node['left'], node['right']].filter((side) => isNode(side)).map((side) => replace(node, `(${text(side)})`));
};

/** `a ? b : c` becomes `b`, and `c`. */
export const oneBranch: Operator = (node, { text }) => {
  if (node.type !== 'ConditionalExpression') return [];
  return [node['consequent'], node['alternate']]
    .filter((branch) => isNode(branch))
    .map((branch) => replace(node, `(${text(branch)})`));
};

/** `if (a) return b;` is gone, or any other `if` without an `else`. */
export const dropCheck: Operator = (node) =>
  node.type === 'IfStatement' && !isNode(node['alternate']) ? [replace(node, ';')] : [];

/** `!a` becomes `a`. */
export const dropNot: Operator = (node, { text }) => {
  const { argument } = node;
  return node.type === 'UnaryExpression' && node['operator'] === '!' && isNode(argument)
    ? [replace(node, text(argument))]
    : [];
};

/** `some` becomes `every`, `min` becomes `max`, and back. */
export const swapMethod: Operator = (node) => {
  const { property } = node;
  if (node.type !== 'MemberExpression' || !isNode(property, 'Identifier')) return [];
  const other = SWAPPED[String(property['name'])];
  return other === undefined ? [] : [replace(property, other)];
};

const SWAPPED: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' };

/** A `case` whose statements are gone falls through to nothing. */
export const emptyCase: Operator = (node) => {
  const [first, ...others] = nodesOf(node['consequent']);
  if (node.type !== 'SwitchCase' || first === undefined) return [];
  return [{ start: first.start, end: others.at(-1)?.end ?? first.end, replacement: 'break;' }];
};

function binary(
  node: Node,
  table: Readonly<Record<string, string>>,
  text: (node: Node) => string,
): ReturnType<Operator> {
  const { left, right } = node;
  const other = table[String(node['operator'])];
  if (node.type !== 'BinaryExpression' || other === undefined || !isNode(left) || !isNode(right)) return [];
  return [replace(node, `${text(left)} ${other} ${text(right)}`)];
}
