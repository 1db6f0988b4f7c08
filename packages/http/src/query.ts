/** Query: reads the parameters of a request in one pass, within a limit. */
import { invalidInput } from './validate.ts';

/** Longest query, in characters. The longest valid one has 38; what a host's pages or proxies add fits beside it. */
const MAX_QUERY_CHARACTERS = 2048;

/**
 * Digits become numbers; a name that is given twice becomes a list, which no schema accepts.
 * @throws {HttpRefusal} `invalid_input` if the query is too long
 */
export function readQuery(query: string): Readonly<Record<string, unknown>> {
  if (query.length > MAX_QUERY_CHARACTERS) {
    const message = `The query must be at most ${MAX_QUERY_CHARACTERS} characters long`;
    throw invalidInput([{ path: '', message, code: 'too_long' }]);
  }
  const values = new Map<string, unknown>();
  for (const [name, value] of new URLSearchParams(query)) {
    values.set(name, values.has(name) ? [] : /^[0-9]{1,16}$/.test(value) ? Number(value) : value);
  }
  // Ignored like every parameter that is not ours; `validate` refuses the name in bodies.
  values.delete('__proto__');
  return Object.fromEntries(values);
}
