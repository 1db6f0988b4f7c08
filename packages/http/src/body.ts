/** Body: reads JSON from a request within limits of size and time. */
import { HttpRefusal } from './problems.ts';
import { invalidInput } from './validate.ts';

/** Longest body. The longest valid one, with a password of 1,024 characters, has less than half of it. */
const MAX_BODY_BYTES = 16_384;

/** A body in the state in which the framework has it. */
export type BodySource =
  /** Not read yet. */
  | { readonly kind: 'stream'; readonly stream: BodyStream }
  /** Read by a middleware of the host. */
  | { readonly kind: 'text'; readonly text: string }
  /** Parsed by a middleware of the host. */
  | { readonly kind: 'parsed'; readonly value: unknown };

/** A body that is still to be read. */
export interface BodyStream {
  /** Resolves with the whole body, decoded; with `null` as soon as it exceeds `maxBytes`. */
  readText(maxBytes: number): Promise<string | null>;
  /** Stops reading. */
  abandon(): void;
}

/** The part of a request that reading its body needs. */
export interface BodyRequest {
  header(name: string): string | undefined;
  /** The origin that the request was sent to, as far as the server knows it: `https://app.example`. */
  readonly origin: string;
  /** @param bounded - whether the declared length is small enough: a server holds the body to it */
  readonly body: (bounded: boolean) => BodySource;
}

/** A length (RFC 9110 §8.6). With anything else the length counts as unknown, and reading finds it out. */
const LENGTH = /^\d{1,9}$/;

const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?;?$/i;

/**
 * The JSON value of a body; `{}` for an empty one.
 *
 * It refuses everything that a browser sends for another site's page without a preflight: types other than JSON (forms,
 * text), even with an empty body, unless a header that no page can set says that it comes from the same origin; and bodies
 * without a type, even empty ones, unless `Sec-Fetch-Site` is absent, `same-origin` or `none`. So an empty body needs no
 * type, and any will do from a page of the same origin: axios sends that of a form. A body that is not empty is JSON.
 * @throws {HttpRefusal} `unsupported_media_type`, `body_too_large`, `request_timeout`, `invalid_json`, `invalid_input`
 */
export async function readJson(request: BodyRequest, timeoutSeconds: number): Promise<unknown> {
  const contentType = request.header('content-type');
  const encoding = request.header('content-encoding') ?? 'identity';
  const typed = contentType !== undefined && JSON_TYPE.test(contentType.trim());
  const refused = !typed && !(contentType === undefined ? mayBeOwn(request) : isSameOrigin(request));
  if (refused || encoding !== 'identity') throw new HttpRefusal('unsupported_media_type');
  const length = request.header('content-length');
  const declared = length !== undefined && LENGTH.test(length);
  if (declared && Number(length) > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');

  const source = request.body(declared);
  if (source.kind === 'parsed') return typed ? checkParsed(source.value) : checkUntyped(source.value);
  const text = source.kind === 'text' ? source.text : await readText(source.stream, timeoutSeconds);
  if (text === '') return {};
  if (text.length > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');
  if (!typed) throw new HttpRefusal('unsupported_media_type');
  return parseJson(text);
}

/** Whether nothing says that another site's page sent it: clients other than browsers, and old ones, say nothing. */
function mayBeOwn(request: BodyRequest): boolean {
  const site = request.header('sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none';
}

/**
 * Whether the browser says that a page of the same origin sent it. `Sec-Fetch-Site` counts more than `Origin`: it also
 * knows of redirects. An origin that the server does not know, as behind a proxy that ends TLS, equals none.
 */
function isSameOrigin(request: BodyRequest): boolean {
  const site = request.header('sec-fetch-site');
  return site === undefined ? request.header('origin') === request.origin : site === 'same-origin';
}

/** Settles with whatever comes first. One promise instead of `Promise.race`: every request with a body passes here. */
function readText(stream: BodyStream, timeoutSeconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (code: 'request_timeout' | 'body_too_large' | 'invalid_json'): void => {
      disarm();
      stream.abandon();
      reject(new HttpRefusal(code));
    };
    const disarm = arm(() => refuse('request_timeout'), timeoutSeconds * 1000);
    const accept = (text: string): void => {
      disarm();
      resolve(text);
    };
    stream.readText(MAX_BODY_BYTES).then(
      (text) => (text === null ? refuse('body_too_large') : accept(text)),
      // The client left before the end.
      () => refuse('invalid_json'),
    );
  });
}

/**
 * Starts a timer. Most bodies arrive within this turn of the event loop, and a timer costs more than reading them, so it
 * starts only at the end of the turn if the runtime has `setImmediate`.
 * @returns a function that stops it
 */
function arm(expire: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = (): void => {
    timer = setTimeout(expire, milliseconds);
  };
  if (typeof setImmediate !== 'function') {
    start();
    return () => clearTimeout(timer);
  }
  const turn = setImmediate(start);
  return () => {
    clearImmediate(turn);
    clearTimeout(timer);
  };
}

function parseJson(text: string): unknown {
  // The decoder's replacement for bytes that are not UTF-8 (RFC 8259 §8.1).
  if (text.includes('\uFFFD')) throw new HttpRefusal('invalid_json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without a cause: the parser's message quotes the body.
    throw new HttpRefusal('invalid_json');
  }
  const twice = repeatedKey(text, value);
  if (twice !== null) throw invalidInput([{ path: twice, message: 'Given twice', code: 'given_twice' }]);
  return value;
}

/** @param value - null or undefined if the host's parser found no body */
function checkParsed(value: unknown): unknown {
  if (JSON.stringify(value ?? null).length > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');
  return value ?? {};
}

/** A host's parser may accept any type, so a body without a type must be empty. */
function checkUntyped(value: unknown): unknown {
  if (JSON.stringify(value ?? {}) !== '{}') throw new HttpRefusal('unsupported_media_type');
  return {};
}

/**
 * A key that an object has twice. Parsers differ in which one counts (RFC 8259 §4), so a proxy may have seen the other one.
 * @param json - valid JSON
 * @param value - the same, parsed
 */
function repeatedKey(json: string, value: unknown): string | null {
  // As many colons as keys: no key was lost. This settles every flat body without a colon in a string.
  let colons = 0;
  for (let at = json.indexOf(':'); at !== -1; at = json.indexOf(':', at + 1)) colons += 1;
  if (colons === Object.keys(value ?? {}).length) return null;
  const open: Set<string>[] = [];
  let previous = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = String(JSON.parse(previous));
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
    previous = token;
  }
  return null;
}
