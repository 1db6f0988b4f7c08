/** Page files: every file of the pages, read once, with the headers that each answer has. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import type { PageSources } from './page-sources.ts';

/** An answer that is a file. */
export interface PageFile {
  readonly headers: Readonly<Record<'content-type' | 'cache-control', string>>;
  readonly body: string;
}

/** A year: a browser that has once come over HTTPS never comes without it again. */
const HSTS = 'max-age=31536000';

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    // Forms are sent by scripts only: no password ever ends up in an address.
    "default-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
  // A page that opened one of ours, or was opened by it, has no handle on it.
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Headers of every answer, files and JSON alike.
 * @param origin - where the browser sent the request to: HSTS belongs in answers over HTTPS only (RFC 6797 §7.2)
 */
export function securityHeaders(origin: string): Readonly<Record<string, string>> {
  return origin.startsWith('https:') ? { ...HEADERS, 'strict-transport-security': HSTS } : HEADERS;
}

/** Answers that hold something of a user: nothing keeps a copy. */
export const NO_STORE = 'no-store';
/** Scripts and styles: the same for everybody, and fetched again soon after an update. */
const SHORTLY = 'max-age=60';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only a demo serves these: script and style of the virtual phone. */
const ofDemo = (name: string): boolean => name.startsWith('virtual-phone.');

/**
 * Reads all files.
 * @param demo - whether there is a virtual phone
 * @returns the file at a path; `null`: there is none
 */
export function pageFiles(sources: PageSources, demo: boolean): (path: string) => PageFile | null {
  const files = new Map<string, PageFile>();
  const add = (path: string, file: string, edit = (text: string): string => text): void => {
    const type = TYPES[extname(file)];
    if (type === undefined) return;
    const headers = { 'content-type': type, 'cache-control': extname(file) === '.html' ? NO_STORE : SHORTLY };
    files.set(path, { headers, body: edit(readFileSync(file, 'utf8')) });
  };

  /** Puts a part in place of each `<!-- part: name -->`. Outside the demo the virtual phone is no part of anything. */
  const withParts = (html: string): string =>
    html.replaceAll(/<!-- part: ([\w-]+) -->/g, (_, name: string) =>
      name === 'virtual-phone' && !demo
        ? ''
        : withParts(readFileSync(join(sources.markup, 'parts', `${name}.html`), 'utf8').trim()),
    );

  for (const name of readdirSync(sources.markup)) {
    const file = join(sources.markup, name);
    if (extname(name) === '.html') add(name === 'sign-in.html' ? '/' : `/${name.slice(0, -5)}`, file, withParts);
    else if (demo || !ofDemo(name)) add(`/${name}`, file);
  }
  for (const name of readdirSync(sources.scripts)) {
    if (demo || !ofDemo(name)) add(`/scripts/${name}`, join(sources.scripts, name));
  }
  for (const name of withImports(sources.client, ['client.js', 'client/passkeys.js', 'sentences/en.js']))
    add(`/modules/mfakit-http/${name}`, join(sources.client, name));
  if (demo) add('/modules/otpauth.js', sources.otpauth);
  return (path) => files.get(path) ?? null;
}

/** Modules of a folder, and those of it that they import, by their paths there: what is bundled shares parts. */
function withImports(folder: string, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  // A set that grows while it is walked is walked to its new end.
  for (const name of found) {
    const text = readFileSync(join(folder, name), 'utf8');
    for (const [, path = ''] of text.matchAll(/(?:from|import) ?["'](\.\.?\/[^"']+)["']/g))
      found.add(join(dirname(name), path));
  }
  return found;
}
