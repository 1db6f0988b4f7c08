/** Body: reads a JSON object off a request within limits of size and time. */
import { HttpRefusal } from './problems.ts';
import { invalidInput } from './validate.ts';

/** Longest body. The longest sound one has about 1 KiB. */
const MAX_BODY_BYTES = 16_384;

/** A body as a framework has it. */
export type BodySource =
  /** Nobody has read it. */
  | { readonly kind: 'stream'; readonly stream: BodyStream }
  /** A middleware of the host has read it. */
  | { readonly kind: 'text'; readonly text: string }
  /** A middleware of the host has parsed it. */
  | { readonly kind: 'parsed'; readonly value: unknown };

/** Bytes still to come. */
export interface BodyStream {
  /** Resolves with the whole, decoded; with `null` as soon as there is more than the given number of bytes. */
  readText(maxBytes: number): Promise<string | null>;
  /** Stops reading. */
  abandon(): void;
}

/** What reading a body needs to know of its request. */
export interface BodyRequest {
  header(name: string): string | undefined;
  /** @param bounded - whether a length is declared, which was found small enough: a server holds the body to that */
  readonly body: (bounded: boolean) => BodySource;
}

/** A length (RFC 9110 §8.6). Anything else counts as not declared: how much comes is found out by reading it. */
const LENGTH = /^\d{1,9}$/;

const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?;?$/i;

/**
 * The JSON value of a body; `{}` for an empty one.
 *
 * Whatever a browser sends for a page of another site without asking by a preflight is refused: other types than JSON
 * (forms, text), and bodies without a type, empty ones included, unless `Sec-Fetch-Site` is absent or says `same-origin`
 * or `none`. Other clients need no type for an empty body.
 * @throws {HttpRefusal} `unsupported_media_type`, `body_too_large`, `request_timeout`, `invalid_json`, `invalid_input`
 */
export async function readJson(request: BodyRequest, timeoutSeconds: number): Promise<unknown> {
  const contentType = request.header('content-type');
  const encoding = request.header('content-encoding') ?? 'identity';
  const typed = contentType !== undefined && JSON_TYPE.test(contentType.trim());
  const refused = !typed && (contentType !== undefined || isForeign(request.header('sec-fetch-site')));
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

/** @param site - the header `Sec-Fetch-Site`, which only browsers send and pages cannot set */
function isForeign(site: string | undefined): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** Settled by whatever comes first. One promise and no race: this is on the way of every request. */
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
      // The client went away in the middle.
      () => refuse('invalid_json'),
    );
  });
}

/**
 * Most bodies are here before this turn of the event loop ends, and a timer costs more than reading them: where the
 * runtime has `setImmediate`, it is set at the end of the turn only.
 * @returns what calls it off
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
  // What a decoder puts where the bytes were not UTF-8 (RFC 8259 §8.1).
  if (text.includes('\uFFFD')) throw new HttpRefusal('invalid_json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not passed on as a cause: the parser's message quotes the body.
    throw new HttpRefusal('invalid_json');
  }
  const twice = repeatedKey(text, value);
  if (twice !== null) throw invalidInput([{ path: twice, message: 'Given twice' }]);
  return value;
}

/** `null` where a host's parser found no body. */
function checkParsed(value: unknown): unknown {
  if (JSON.stringify(value ?? null).length > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');
  return value ?? {};
}

/** A host's parser may take bodies of any type: of one that names none, only that it is empty can be believed. */
function checkUntyped(value: unknown): unknown {
  if (JSON.stringify(value ?? {}) !== '{}') throw new HttpRefusal('unsupported_media_type');
  return {};
}

/**
 * A key that the outermost object has twice: parsers differ in which one counts (RFC 8259 §4), so something in front of
 * us may have looked at the other. Nested objects are no part of the contract and are refused anyway.
 * @param json - valid JSON
 * @param value - what it says
 */
function repeatedKey(json: string, value: unknown): string | null {
  // As many colons as keys: none was lost. So it is with every sound body, unless a string in it has a colon.
  let colons = 0;
  for (let at = json.indexOf(':'); at !== -1; at = json.indexOf(':', at + 1)) colons += 1;
  if (colons === Object.keys(value ?? {}).length) return null;
  const seen = new Set<string>();
  let depth = 0;
  let previous = '';
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1) {
      const key = String(JSON.parse(previous));
      if (seen.has(key)) return key;
      seen.add(key);
    }
    previous = token;
  }
  return null;
}
