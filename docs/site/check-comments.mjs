// Looks for public names without a doc comment: an editor shows nothing for them, and the reference has an empty cell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ReflectionKind } from 'typedoc';
import { readSources } from './reference.mjs';

/** How many names of a package may still have none: fewer whenever some are written, and never more. */
const KNOWN = JSON.parse(readFileSync(join(import.meta.dirname, 'missing-comments.json'), 'utf8'));

const { Accessor, Class, Function, Interface, Method, Property, TypeAlias, Variable } = ReflectionKind;
const NEEDS_ONE = Accessor | Class | Function | Interface | Method | Property | TypeAlias | Variable;

/** What tells the members of a union apart, or must be absent, says all there is to say by its type. */
function saysItself({ kind, type }) {
  return kind === Property && (type?.type === 'literal' || ['undefined', 'never'].includes(type?.name));
}

const hasWords = ({ comment }) =>
  comment !== undefined && (comment.hasVisibleComponent() || comment.summary.length > 0);

/** Whether the `@param` of an object names this property of it, as in `limit`: 1 to 200. */
function isNamedByParam({ name, parent }) {
  let holder = parent;
  while (holder !== undefined && holder.kind !== ReflectionKind.Parameter) holder = holder.parent;
  return holder?.comment?.summary.some(({ kind, text }) => kind === 'code' && text === `\`${name}\``) === true;
}

function isDocumented(reflection) {
  const { signatures, type } = reflection;
  if (isNamedByParam(reflection)) return true;
  // A property that is a function has its comment on either.
  const inner = signatures ?? type?.declaration?.signatures;
  return hasWords(reflection) || (inner !== undefined && inner.every(hasWords));
}

/** What every hover over a method of `Mfa` must have. */
function problemsOfMethod({ name, signatures }) {
  const [{ comment, parameters = [] }] = signatures;
  const problems = parameters
    .filter((parameter) => !hasWords(parameter))
    .map((parameter) => `@param ${parameter.name}`);
  if (comment?.getTag('@example') === undefined) problems.push('@example');
  // `checks`, `removes`: not `the user`, `how many`, `for support`.
  const [first = ''] = comment?.summary[0]?.text.split(' ') ?? [];
  if (!/^[A-Z][a-z]+s$/.test(first)) problems.push('a verb to begin with');
  return problems.map((problem) => `@mfakit/core.Mfa.${name} has no ${problem}`);
}

const { project } = await readSources();
const missing = {};
let count = 0;
for (const reflection of Object.values(project.reflections)) {
  if ((reflection.kind & NEEDS_ONE) === 0 || saysItself(reflection)) continue;
  count++;
  if (!isDocumented(reflection))
    (missing[reflection.packageName ?? packageOf(reflection)] ??= []).push(reflection.getFullName());
}

function packageOf(reflection) {
  return /^@[^/]+\/[\w-]+/.exec(reflection.getFullName())[0];
}

const complaints = [];
for (const name of new Set([...Object.keys(missing), ...Object.keys(KNOWN)])) {
  const names = missing[name] ?? [];
  const known = KNOWN[name] ?? 0;
  if (names.length > known)
    complaints.push(`${name}: ${names.length} without a comment, not ${known}: ${names.join(', ')}`);
  if (names.length < known)
    complaints.push(`${name}: ${names.length} without a comment: write that down in missing-comments.json`);
}
const mfa = project.getChildByName(['@mfakit/core', 'Mfa']);
complaints.push(...mfa.children.filter(({ kind }) => kind === Method).flatMap(problemsOfMethod));

for (const complaint of complaints) console.log(`FAILED ${complaint}`);
const left = Object.values(missing).flat().length;
if (complaints.length === 0) console.log(`ok ${count - left} of ${count} public names have a comment`);
process.exit(complaints.length === 0 ? 0 : 1);
