/** Calls and statements: something that was done is not done any more, or not waited for. */
import { isNode, nodesOf } from '../syntax.ts';
import { replace, type Operator } from './operator.ts';

/** A statement such as `f();` or `a += 1;` is gone. */
export const dropStatement: Operator = (node) => (node.type === 'ExpressionStatement' ? [replace(node, ';')] : []);

/** `await a` becomes `a`. */
export const dropAwait: Operator = (node, { text }) => {
  const { argument } = node;
  return node.type === 'AwaitExpression' && isNode(argument) ? [replace(node, `(${text(argument)})`)] : [];
};

/** `f(a, b)` becomes `a`. */
export const argumentForCall: Operator = (node, { text, parents }) => {
  const [first] = nodesOf(node['arguments']);
  if (node.type !== 'CallExpression' || !isNode(node['callee'], 'Identifier') || first === undefined) return [];
  if (first.type === 'SpreadElement' || parents.at(-1)?.type === 'ExpressionStatement') return [];
  return [replace(node, `(${text(first)})`)];
};

/** `a.f(b)` becomes `a`. */
export const receiverForCall: Operator = (node, { text, parents }) => {
  const { callee } = node;
  if (node.type !== 'CallExpression' || !isNode(callee, 'MemberExpression')) return [];
  const { object } = callee;
  // Of `Math.max(a, b)` nothing sensible is left.
  if (!isNode(object) || parents.at(-1)?.type === 'ExpressionStatement' || /^[A-Z]/.test(text(object))) return [];
  return [replace(node, `(${text(object)})`)];
};

/** `f(a, b)` becomes `f(a)`. */
export const dropLastArgument: Operator = (node) => {
  const given = nodesOf(node['arguments']);
  const [last, before] = [given.at(-1), given.at(-2)];
  if (!['CallExpression', 'NewExpression'].includes(node.type) || last === undefined || before === undefined) return [];
  return [{ start: before.end, end: last.end, replacement: '' }];
};

/** `return a;` becomes `return null;`, and `return undefined;`. */
export const returnNothing: Operator = (node) => {
  const { argument } = node;
  if (node.type !== 'ReturnStatement' || !isNode(argument)) return [];
  return ['null', 'undefined'].map((nothing) => replace(argument, nothing));
};

/** `() => a` becomes `() => null`. */
export const arrowGivesNull: Operator = (node) => {
  const { body } = node;
  if (node.type !== 'ArrowFunctionExpression' || !isNode(body) || body.type === 'BlockStatement') return [];
  return [replace(body, 'null')];
};
