/** Body: reads a JSON object off a request within limits of size and time. */
import { HttpRefusal } from './problems.ts';

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
  readonly body: () => BodySource;
}

const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?;?$/i;

/**
 * The JSON value of a body; `{}` for an empty one.
 * @throws {HttpRefusal} `unsupported_media_type`, `body_too_large`, `request_timeout`, `invalid_json`, `invalid_input`
 */
export async function readJson(request: BodyRequest, timeoutSeconds: number): Promise<unknown> {
  const contentType = request.header('content-type');
  const encoding = request.header('content-encoding') ?? 'identity';
  // Asking for this very type also keeps forms of other sites out: a browser sends them without a preflight.
  const typed = contentType !== undefined && JSON_TYPE.test(contentType.trim());
  if ((contentType !== undefined && !typed) || encoding !== 'identity') throw new HttpRefusal('unsupported_media_type');
  if (Number(request.header('content-length') ?? 0) > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');

  const source = request.body();
  if (source.kind === 'parsed') return checkParsed(source.value);
  const text = source.kind === 'text' ? source.text : await readText(source.stream, timeoutSeconds);
  if (text === '') return {};
  if (text.length > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');
  if (!typed) throw new HttpRefusal('unsupported_media_type');
  return parseJson(text);
}

async function readText(stream: BodyStream, timeoutSeconds: number): Promise<string> {
  const text = await firstOf(stream, timeoutSeconds);
  if (text.kind === 'read') return text.value;
  stream.abandon();
  throw new HttpRefusal(text.kind);
}

type BodyOutcome =
  | { readonly kind: 'read'; readonly value: string }
  | { readonly kind: 'request_timeout' | 'body_too_large' | 'invalid_json' };

/** Settled by whatever comes first. One promise and no race: this is on the way of every request. */
function firstOf(stream: BodyStream, timeoutSeconds: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutSeconds * 1000, { kind: 'request_timeout' });
    const settle = (outcome: BodyOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    stream.readText(MAX_BODY_BYTES).then(
      (value) => settle(value === null ? { kind: 'body_too_large' } : { kind: 'read', value }),
      // The client went away in the middle.
      () => settle({ kind: 'invalid_json' }),
    );
  });
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
  if (twice !== null) throw new HttpRefusal('invalid_input', { errors: [{ path: twice, message: 'Given twice' }] });
  return value;
}

/** `null` where a host's parser found no body. */
function checkParsed(value: unknown): unknown {
  if (JSON.stringify(value ?? null).length > MAX_BODY_BYTES) throw new HttpRefusal('body_too_large');
  return value ?? {};
}

/**
 * A key that the outermost object has twice: parsers differ in which one counts (RFC 8259 §4), so something in front of
 * us may have looked at the other. Nested objects are no part of the contract and are refused anyway.
 * @param json - valid JSON
 * @param value - what it says
 */
function repeatedKey(json: string, value: unknown): string | null {
  // As many colons as keys: none was lost. So it is with every sound body, unless a string in it has a colon.
  if (json.split(':').length - 1 === Object.keys(value ?? {}).length) return null;
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
