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
  const [imports, body] = split(template(framework).replaceAll(/^import .* from '\.\/accounts\.ts';\n/gm, ''));
  const [accountImports, accounts] = split(template('accounts').replaceAll("'@mfakit/http'", `'${binding}'`));
  const [title = '', ...bindings] = imports.split('\n');
  const [about = '', ...others] = accountImports.split('\n');
  return `${[title, ...others, ...bindings].join('\n')}\n\n${body}\n${about}\n\n${accounts.replaceAll(/^export /gm, '')}`;
}

/** What stands before the first empty line, and what stands after it. */
function split(text: string): readonly [string, string] {
  const at = text.indexOf('\n\n');
  return [text.slice(0, at), text.slice(at + 2)];
}

function template(name: string): string {
  return readFileSync(new URL(`../templates/${name}.ts`, import.meta.url), 'utf8');
}
