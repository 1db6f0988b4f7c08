/** Starting files: what `mfakit init` writes for a framework, and what there is to install. */
import { existsSync, readFileSync } from 'node:fs';

/** A framework that `init` knows. */
export interface Framework {
  /** How a project that uses it is recognized. */
  readonly dependency: string;
  readonly install: string;
  /** What to do after that. */
  readonly next: readonly string[];
  /** Contents by path. */
  readonly files: () => Readonly<Record<string, string>>;
}

const RUN = 'Start it (Node 22.18 or newer reads TypeScript): node --env-file=.env mfa-server.ts';

/** By name. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  express: {
    dependency: 'express',
    install: 'npm install express @mfakit/express @mfakit/memory',
    next: [RUN],
    files: () => ({ 'mfa-server.ts': inOneFile('express', '@mfakit/express') }),
  },
  hono: {
    dependency: 'hono',
    install: 'npm install hono @hono/node-server @mfakit/hono @mfakit/memory',
    next: [RUN],
    files: () => ({ 'mfa-server.ts': inOneFile('hono', '@mfakit/hono') }),
  },
  next: {
    dependency: 'next',
    install: 'npm install @mfakit/http @mfakit/memory',
    next: [
      "In next.config.ts: serverExternalPackages: ['@mfakit/core', '@mfakit/http', '@mfakit/memory']",
      'Start it: npx next dev',
    ],
    files: () => {
      const root = existsSync('src/app') ? 'src/' : '';
      return {
        [`${root}lib/mfa.ts`]: inOneFile('next', '@mfakit/http'),
        [`${root}app/api/auth/[...path]/route.ts`]: template('next-route'),
      };
    },
  },
};

/** The framework's file, with the accounts in it: so nothing depends on how a project spells an import. */
function inOneFile(framework: string, binding: string): string {
  const [head, body] = split(template(framework).replaceAll(/^import .* from '\.\/accounts\.ts';\n/gm, ''));
  const [accountsHead, accounts] = split(template('accounts').replaceAll("'@mfakit/http'", `'${binding}'`));
  const [title = '', ...imports] = head.split('\n');
  const [about = '', ...accountImports] = accountsHead.split('\n');
  const all = mergeImports([...accountImports, ...imports]);
  return `${[title, ...all].join('\n')}\n\n${body}\n${about}\n\n${accounts.replaceAll(/^export /gm, '')}`;
}

/** One line a module, of lines such as `import express, { type Response } from 'express';`. */
function mergeImports(lines: readonly string[]): readonly string[] {
  const modules = new Map<string, { readonly whole: string; readonly names: readonly string[] }>();
  for (const line of lines) {
    const [, whole = '', names = '', module = ''] = /^import (?:(\w+), )?\{ (.*) \} from '(.*)';$/.exec(line) ?? [];
    const known = modules.get(module) ?? { whole, names: [] };
    modules.set(module, { ...known, names: [...known.names, ...names.split(', ')] });
  }
  return [...modules].map(([module, { whole, names }]) => {
    const sorted = [...new Set(names)].toSorted((one, other) => plainName(one).localeCompare(plainName(other)));
    return `import ${whole === '' ? '' : `${whole}, `}{ ${sorted.join(', ')} } from '${module}';`;
  });
}

/** Without the word before a type. */
function plainName(name: string): string {
  return name.replace('type ', '');
}

/** What stands before the first empty line, and what stands after it. */
function split(text: string): readonly [string, string] {
  const at = text.indexOf('\n\n');
  return [text.slice(0, at), text.slice(at + 2)];
}

function template(name: string): string {
  return readFileSync(new URL(`../templates/${name}.ts`, import.meta.url), 'utf8');
}
