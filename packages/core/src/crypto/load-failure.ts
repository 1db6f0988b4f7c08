/** isLoadFailure: tells a hasher whose code cannot be loaded from one that is short of something for a moment. */

/** What Node says of a module or a native add-on that is missing or made for something else. */
const CODES: ReadonlySet<unknown> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
  'ERR_REQUIRE_ESM',
]);

/** What bundles and other runtimes say; their errors have no code. */
const SENTENCES = /^(?:Dynamic require of |Cannot find (?:module|package) |No such module )/;

/** WebAssembly that the runtime will not compile or link. By name: workerd has errors of its own. */
const NAMES: ReadonlySet<string> = new Set(['CompileError', 'LinkError']);

/** Whether this, or what caused it, says that code could not be loaded: trying again cannot help. */
export function isLoadFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = Reflect.get(error, 'code');
  return CODES.has(code) || NAMES.has(error.name) || SENTENCES.test(error.message) || isLoadFailure(error.cause);
}
