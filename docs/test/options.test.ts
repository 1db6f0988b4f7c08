/** docs/reference/options.md: every option is there and no other, its range is tried, its default is read back. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMfa, type MfaOptions } from '@mfakit/core';
import { requireMfa } from '@mfakit/http';
import { importAll } from '@mfakit/import';
import { memoryStore } from '@mfakit/memory';
import { runOutbox, tellOnce } from '@mfakit/notify';
import { describe, expect, test } from 'vitest';
import { optionsSchema, resolveOptions } from '../../packages/core/src/options.ts';
import { postgresStore } from '../../packages/postgres/src/index.ts';
import { sqliteStore } from '../../packages/sqlite/src/index.ts';
import { filesUnder } from './files-under.ts';
import { ROOT } from './pages.ts';

/** A row of a table. */
interface Row {
  readonly option: string;
  readonly range: string;
  readonly defaultText: string;
  readonly reason: string;
}

/** A table or two under one heading, such as ``### `createMfa`: `MfaOptions` ``. */
interface Section {
  readonly folder: string;
  readonly type: string;
  readonly rows: readonly Row[];
}

const PAGE = readFileSync(join(ROOT, 'docs/reference/options.md'), 'utf8');
const sections = sectionsOf(PAGE);

/** Options that another page lists, with the page. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  EnrollOptions: 'docs/guide/machines.md',
  ManageOptions: 'docs/guide/machines.md',
  SignInOptions: 'docs/guide/machines.md',
  StepUpOptions: 'docs/guide/machines.md',
  AllauthOptions: 'docs/migrate/allauth.md',
  BetterAuthOptions: 'docs/migrate/better-auth.md',
  ColumnsOptions: 'docs/migrate/columns.md',
  DeviseOptions: 'docs/migrate/devise-two-factor.md',
  FastApiOptions: 'docs/migrate/fastapi.md',
  JtwebbOptions: 'docs/migrate/jtwebb.md',
  LaravelFortifyOptions: 'docs/migrate/laravel-fortify.md',
};

function sectionsOf(page: string): readonly Section[] {
  return page.split(/^## /m).flatMap((part) => {
    const folder = /^@mfakit\/([\w-]+)/.exec(part)?.[1];
    if (folder === undefined) return [];
    return part
      .split(/^### /m)
      .slice(1)
      .map((text) => ({ folder, type: /: `(\w+)`$/m.exec(text)?.[1] ?? '', rows: rowsOf(text) }));
  });
}

function rowsOf(text: string): readonly Row[] {
  return [...text.matchAll(/^\| `([\w.]+)`(.*)\|$/gm)].map(([, option = '', rest = '']) => {
    const [, , range = '', defaultText = '', reason = ''] = rest.split('|').map((cell) => cell.trim());
    return { option, range, defaultText, reason };
  });
}

const sources = (folder: string): readonly string[] =>
  filesUnder(join(ROOT, 'packages', folder, 'src')).filter((path) => path.endsWith('.ts'));

/** The fields of an interface, as its source declares them. */
function fieldsOf(folder: string, type: string): readonly string[] {
  for (const path of sources(folder)) {
    const body = new RegExp(`export interface ${type}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, 'm').exec(
      readFileSync(path, 'utf8'),
    )?.[1];
    if (body !== undefined) return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name = '']) => name);
  }
  return [];
}

interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly innerType?: Schema;
  readonly in?: Schema;
}

interface Schema {
  readonly _zod: { readonly def: Definition };
}

/** The paths of a schema's options: `totp.digits`. */
function pathsOf({ _zod: { def } }: Schema, path = ''): readonly string[] {
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return pathsOf(inner, path);
  if (def.shape === undefined) return [path];
  return Object.entries(def.shape).flatMap(([key, each]) => pathsOf(each, path === '' ? key : `${path}.${key}`));
}

/** The exported names of a package that end in `Options`, over all its entry points. */
function exportedOptions(folder: string): readonly string[] {
  const manifest = readFileSync(manifestOf(folder), 'utf8');
  return [...manifest.matchAll(/"@mfakit\/source": "([^"]+)"/g)].flatMap(([, entry = '']) => {
    const text = readFileSync(join(ROOT, 'packages', folder, entry), 'utf8');
    const named = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '\./gm)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim().replace(/^type /, '')),
    );
    const here = [...text.matchAll(/^export interface (\w+)/gm)].map(([, name = '']) => name);
    return [...named, ...here].filter((name) => /(?:Options|Config)$/.test(name));
  });
}

const manifestOf = (folder: string): string => join(ROOT, 'packages', folder, 'package.json');
const published = readdirSync(join(ROOT, 'packages')).filter(
  (folder) => existsSync(manifestOf(folder)) && !readFileSync(manifestOf(folder), 'utf8').includes('"private": true'),
);

describe('every option has its row, and there is no other', () => {
  test('of createMfa, as the schema has them', () => {
    const rows = sections.find(({ type }) => type === 'MfaOptions')?.rows ?? [];
    const paths = pathsOf(optionsSchema);
    expect(paths.length).toBeGreaterThan(30);
    expect(rows.map(({ option }) => option).toSorted()).toEqual(paths.toSorted());
  });

  const others = sections.filter(({ type }) => type !== 'MfaOptions');

  test.each(others.map((each) => [`${each.folder}: ${each.type}`, each] as const))('%s', (_name, section) => {
    const { folder, type, rows } = section;
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ option }) => option)).toEqual(fieldsOf(folder, type));
  });

  test('and every type of options has its section', () => {
    const found = published.flatMap((folder) => exportedOptions(folder).map((type) => ({ folder, type })));
    expect(found.length).toBeGreaterThan(40);
    const missing = found.filter(({ folder, type }) => {
      const page = ELSEWHERE[type];
      if (page !== undefined) return !existsSync(join(ROOT, page));
      // A field of another section, as `totp`, or the options of createMfa with defaults of their own.
      if (PAGE.includes(`\`${fieldOf(type)}.`) || type === 'TestApplicationOptions') return false;
      // Bindings pass on the types of http, and all pass on those of core.
      return !sections.some((each) => each.type === type && (each.folder === folder || !isOwn(folder, type)));
    });
    expect(missing).toEqual([]);
  });

  test('with a reason and a default', () => {
    const rows = sections.flatMap((section) => section.rows);
    expect(rows.filter(({ range, defaultText, reason }) => !range || !defaultText || reason.length < 5)).toEqual([]);
  });
});

const isOwn = (folder: string, type: string): boolean => fieldsOf(folder, type).length > 0;
/** `TotpOptions` is the option `totp`. */
const fieldOf = (type: string): string =>
  ({ TotpOptions: 'totp', BackupCodeOptions: 'backupCodes', TrustedDeviceOptions: 'trustedDevices' })[type] ?? type;

/** What is tried with one value of an option. It throws, or gives a promise that is rejected, if the value is refused. */
type Try = (value: number) => unknown;

const NEEDED = {
  issuer: 'Acme',
  store: memoryStore(),
  keys: ['AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='],
  verifyPassword: 'passwordless',
} satisfies MfaOptions;

/** What goes with an extreme value, since two options bound each other. */
const BESIDE: Readonly<Record<string, (value: number) => object>> = {
  'lockout.hardLimit': (value) => ({ maxFailures: Math.max(1, Math.min(value, 10)) }),
  'lockout.durationSeconds': (value) => ({ maxDurationSeconds: Math.max(value, 86_400) }),
  'lockout.maxDurationSeconds': (value) => ({ durationSeconds: Math.max(1, Math.min(value, 1800)) }),
};

const tryCore =
  (option: string): Try =>
  (value) => {
    const [outer = '', inner] = option.split('.');
    const given = inner === undefined ? value : { ...BESIDE[option]?.(value), [inner]: value };
    return createMfa({ ...NEEDED, [outer]: given });
  };

const OUTBOX = { claim: async () => [], done: async () => undefined } as unknown as Parameters<typeof tellOnce>[0];
const ended = AbortSignal.abort();
const database = { prepare: () => ({ all: () => [], run: () => ({}) }), exec: () => undefined };
const session = (): null => null;

const TRIES: Readonly<Record<string, Try>> = {
  'SqliteStoreOptions.busyTimeoutMs': (busyTimeoutMs) => sqliteStore(database as never, { busyTimeoutMs }),
  'BatchOptions.lanes': (lanes) => postgresStore({ query: async () => ({ rows: [] }) }, { batch: { lanes } }),
  'GuardOptions.maxAgeSeconds': (maxAgeSeconds) => requireMfa({ maxAgeSeconds, session, mfa: createMfa(NEEDED) }),
  'TellOptions.batch': (batch) => tellOnce(OUTBOX, async () => undefined, { batch }),
  'TellOptions.leaseSeconds': (leaseSeconds) => tellOnce(OUTBOX, async () => undefined, { leaseSeconds }),
  'RunOptions.pollMs': (pollMs) => runOutbox(OUTBOX, async () => undefined, { pollMs, signal: ended }),
  'ImportAllOptions.concurrency': (concurrency) => importAll(createMfa(NEEDED), [], { concurrency }).next(),
  // `rekey` and `pruneEvents` check before they ask the store or the database for anything.
  'RekeyOptions.concurrency': (concurrency) => createMfa(NEEDED).rekey({ concurrency })[Symbol.asyncIterator]().next(),
};

/** The ends of a range. */
function ends(range: string): readonly [number, number] | null {
  const match = /^(\d+) (?:to (\d+)|or more)$/.exec(range);
  return match === null ? null : [Number(match[1]), match[2] === undefined ? Infinity : Number(match[2])];
}

const ranged = sections.flatMap(({ folder, type, rows }) =>
  rows.flatMap(({ option, range }) => {
    const found = ends(range);
    return found === null ? [] : [{ name: `${folder} ${type}.${option}`, type, option, range: found }];
  }),
);

describe('every range is tried at both ends and one beyond', () => {
  // Tested with a database, in the packages: docs has none.
  const tried = ranged.filter(({ type }) => type !== 'PruneEventsOptions');

  test('there are ranges, and each can be tried', () => {
    expect(tried.length).toBeGreaterThan(20);
    const numbers = pathsOf(optionsSchema).filter((path) => typeof readBack(path) === 'number');
    // What is a literal has no range.
    const literal = ['totp.digits'];
    const withRange = tried.filter(({ type }) => type === 'MfaOptions').map(({ option }) => option);
    expect(withRange).toEqual(expect.arrayContaining(numbers.filter((path) => !literal.includes(path))));
  });

  test.each(tried)('$name', async ({ type, option, range: [least, most] }) => {
    const attempt = type === 'MfaOptions' ? tryCore(option) : TRIES[`${type}.${option}`];
    if (attempt === undefined) throw new Error(`nothing tries ${type}.${option}`);
    const outcome = async (value: number): Promise<string> => {
      try {
        await attempt(value);
        return 'taken';
      } catch (error) {
        // A `RangeError` that names the option.
        return error instanceof Error && error.message.includes(option) ? error.name : String(error);
      }
    };
    const refused = type === 'RekeyOptions' ? 'MfaError' : 'RangeError';
    const largest = most === Infinity ? Number.MAX_SAFE_INTEGER : most;
    expect(await outcome(least)).toBe('taken');
    expect(await outcome(least - 1)).toBe(refused);
    expect(await outcome(largest)).toBe('taken');
    expect(await outcome(largest + 1)).toBe(refused);
  });

  test('literals too', () => {
    for (const digits of [6, 7, 8] as const) createMfa({ ...NEEDED, totp: { digits } });
    expect(() => createMfa({ ...NEEDED, totp: { digits: 9 as never } })).toThrow('totp.digits');
    for (const symbols of [8, 32]) createMfa({ ...NEEDED, backupCodes: { format: 'X'.repeat(symbols) } });
    for (const symbols of [7, 33]) {
      expect(() => createMfa({ ...NEEDED, backupCodes: { format: 'X'.repeat(symbols) } })).toThrow('8 to 32 X');
    }
    createMfa({ ...NEEDED, issuer: 'ä'.repeat(32) });
    for (const issuer of ['', 'ä'.repeat(32) + 'a', 'Acme: staff']) {
      expect(() => createMfa({ ...NEEDED, issuer })).toThrow('issuer');
    }
  });
});

/** The value of an option that was not given. */
function readBack(path: string): unknown {
  const resolved: unknown = resolveOptions({ ...NEEDED, trustedDevices: {} });
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resolved);
}

const plain = (text: string): string => text.replaceAll('`', '').replaceAll("'", '');

describe('every default of createMfa is read back', () => {
  const rows = sections.find(({ type }) => type === 'MfaOptions')?.rows ?? [];
  /** Defaults in words: what the ports are, looked up as they are needed. */
  const PORTS = ['clock', 'random', 'hasher'];

  const required = rows.filter(({ defaultText }) => defaultText === '_required_');
  const absent = rows.filter(({ option, defaultText }) => defaultText === 'none' || PORTS.includes(option));
  const others = rows.filter((row) => !required.includes(row) && !absent.includes(row));

  test.each(required.map(({ option }) => option))('%s is required', (option) => {
    const given = Object.fromEntries(Object.entries(NEEDED).filter(([name]) => name !== option));
    expect(Object.keys(given)).toHaveLength(3);
    expect(() => createMfa(given as unknown as MfaOptions)).toThrow(TypeError);
  });

  test.each(absent.map(({ option }) => option))('%s is absent, or a port of the runtime', (option) => {
    expect(readBack(option)).toBeUndefined();
  });

  test.each(others)('$option: $defaultText', ({ option, defaultText }) => {
    const value = readBack(option);
    expect(Array.isArray(value) ? JSON.stringify(value) : String(value)).toBe(plain(defaultText));
  });
});

test('a row too many, one too few and a wrong range are found', () => {
  const [section] = sectionsOf(
    '## @mfakit/d1\n\n### `d1Store`: `D1StoreOptions`\n\n| `events` | b | 1 to 5 | 3 | why |\n',
  );
  expect(section?.rows).toEqual([{ option: 'events', range: '1 to 5', defaultText: '3', reason: 'why' }]);
  expect(section?.rows.map(({ option }) => option)).not.toEqual(fieldsOf('d1', 'D1StoreOptions'));
  expect(ends('1 to 5')).toEqual([1, 5]);
  expect(ends('above 0')).toBeNull();
});
