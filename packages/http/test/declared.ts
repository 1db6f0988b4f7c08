/** checkDeclared: whatever a route answers, the table and its OpenAPI document say so. */
import { openapi, ROUTES, type AddedRoutes, type Route } from '@mfakit/http';
import { expect } from 'vitest';

/** The part of an answer that a document declares. */
interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** What the host answers for, and what the server answers whatever was asked. */
const ANYWHERE = new Set(['internal_error', 'not_found']);

/** Checks an answer of `method` and `path`; nothing is declared of paths that are no route. */
export function checkDeclared(method: string, path: string, { status, body }: Told, added: AddedRoutes = {}): void {
  const { pathname } = new URL(path, 'http://localhost');
  const route = Object.values<Route>({ ...ROUTES, ...added }).find(
    (each) => each.method === method && new RegExp(`^${each.path.replace('{id}', '[^/]+')}$`).test(pathname),
  );
  if (route === undefined) return;
  if (status < 400) {
    expect(status).toBe(route.reply === null ? 204 : 200);
    // A schema drops what it does not name.
    expect(body).toEqual(route.reply?.parse(body) ?? null);
    return;
  }
  const code = String(body?.['code']);
  const name = `${method} ${route.path}`;
  if (!ANYWHERE.has(code)) expect(declaredRefusals(added)[name]?.[status] ?? [], `at ${name}`).toContain(code);
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
}

type Responses = Readonly<
  Record<
    string,
    {
      readonly content?: {
        readonly 'application/problem+json'?: {
          readonly schema: { readonly allOf: readonly [object, { properties: { code: { enum: readonly string[] } } }] };
        };
      };
    }
  >
>;

/** Codes by status, for each method and path. */
type DeclaredRefusals = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Making a document takes long, and there is one for each table. */
const known = new Map<string, DeclaredRefusals>();

/** The refusals that the document declares: by `POST /totp/confirm`, then by status. */
export function declaredRefusals(added: AddedRoutes = {}): DeclaredRefusals {
  const names = Object.keys(added).join(' ');
  const made = known.get(names) ?? refusalsIn(openapi({ routes: added }) as unknown as Document);
  known.set(names, made);
  return made;
}

function refusalsIn({ paths }: Document): DeclaredRefusals {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const byStatus = Object.entries(responses).flatMap(([status, { content }]) => {
        const codes = content?.['application/problem+json']?.schema.allOf[1].properties.code.enum;
        return codes === undefined ? [] : [[status, codes] as const];
      });
      return [`${method.toUpperCase()} ${path}`, Object.fromEntries(byStatus)] as const;
    }),
  );
  return Object.fromEntries(routes);
}
