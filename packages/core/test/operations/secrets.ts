/** Secrets: searches for what must never be seen again, in every spelling that it could have. */
import { inspect } from 'node:util';
import { base32nopad } from '@scure/base';

/** A collection of secrets. */
export class Secrets {
  readonly #spellings = new Map<string, string>();

  add(name: string, ...spellings: readonly string[]): void {
    for (const spelling of spellings) if (spelling.length >= 6) this.#spellings.set(squeezed(spelling), name);
  }

  addBytes(name: string, bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes);
    this.add(
      name,
      buffer.toString('hex'),
      buffer.toString('base64'),
      buffer.toString('base64url'),
      buffer.toString('latin1'),
      base32nopad.encode(bytes),
      [...bytes].join(','),
      [...bytes].join(', '),
    );
  }

  addBackupCodes(codes: readonly string[]): void {
    for (const code of codes) this.add('backup code', code, code.replaceAll('-', ''));
  }

  /** Six digits can occur by chance, so the search looks for a code as a value of its own. */
  addCode(code: string): void {
    this.add('code', `"${code}"`, `'${code}'`, `:${code},`);
  }

  addToken(token: string): void {
    this.add('token', token, token.split('.')[2] ?? '');
  }

  /** The names of the secrets that occur in a text. */
  foundIn(text: string): readonly string[] {
    const searched = squeezed(text);
    return [...this.#spellings].filter(([spelling]) => searched.includes(spelling)).map(([, name]) => name);
  }
}

/** Case and white space must not hide a secret: byte arrays, for example, are logged over many lines. */
function squeezed(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, '');
}

/** Everything that a log could print for a value, as one text. */
export function everyTextOf(value: unknown): string {
  const stack =
    value instanceof Error ? `${value.stack} ${value.message} ${String(value)} ${everyTextOf(value.cause)}` : '';
  return `${inspect(value, { depth: null, showHidden: true })} ${JSON.stringify(value) ?? ''} ${stack}`;
}
