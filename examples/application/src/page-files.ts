/** Page files: every file of the pages, read once, with the headers that each answer has. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { PageSources } from './page-sources.ts';

/** An answer that is a file. */
export interface PageFile {
  readonly headers: Readonly<Record<'content-type' | 'cache-control', string>>;
  readonly body: string;
}

/** A year: a browser that has once come over HTTPS never comes without it again. */
const HSTS = 'max-age=31536000';

/** Nothing inline, nothing from elsewhere, and no text that becomes markup or a script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // The QR code is a `data:` URL.
  "img-src 'self' data:",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  // Forms are sent by scripts only: no password ever ends up in an address.
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
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

/** What only a demo serves, by the names of parts, scripts and styles. */
const OF_DEMO: readonly string[] = ['virtual-phone', 'demo-accounts'];
const ofDemo = (name: string): boolean => OF_DEMO.includes(name.split('.')[0] ?? '');

/**
 * Reads all files.
 * @param demo - whether there are a virtual phone and accounts to fill in
 * @returns the file at a path; `null`: there is none
 */
export function pageFiles({ markup, built }: PageSources, demo: boolean): (path: string) => PageFile | null {
  const files = new Map<string, PageFile>();
  const add = (path: string, file: string, edit = (text: string): string => text): void => {
    const type = TYPES[extname(file)];
    if (type === undefined) return;
    const headers = { 'content-type': type, 'cache-control': extname(file) === '.html' ? NO_STORE : SHORTLY };
    files.set(path, { headers, body: edit(readFileSync(file, 'utf8')) });
  };

  /** Puts a part in place of each `<!-- part: name -->`. Outside the demo what is of the demo is no part of anything. */
  const withParts = (html: string): string =>
    html.replaceAll(/<!-- part: ([\w-]+) -->/g, (_, name: string) =>
      ofDemo(name) && !demo ? '' : withParts(readFileSync(join(markup, 'parts', `${name}.html`), 'utf8').trim()),
    );

  for (const name of readdirSync(markup)) {
    const file = join(markup, name);
    if (extname(name) === '.html') add(name === 'sign-in.html' ? '/' : `/${name.slice(0, -5)}`, file, withParts);
    else if (demo || !ofDemo(name)) add(`/${name}`, file);
  }
  for (const name of readdirSync(built)) {
    if (demo || !ofDemo(name)) add(extname(name) === '.js' ? `/scripts/${name}` : `/${name}`, join(built, name));
  }
  return (path) => files.get(path) ?? null;
}
