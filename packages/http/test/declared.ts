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
  if (!ANYWHERE.has(code)) expect(declaredCodes(route, status, added), `${method} ${route.path}`).toContain(code);
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
}

type Responses = Readonly<
  Record<
    number,
    {
      readonly content?: {
        readonly 'application/problem+json': {
          readonly schema: { readonly allOf: readonly [object, { properties: { code: { enum: readonly string[] } } }] };
        };
      };
    }
  >
>;

/** The codes that the document declares for a status. */
function declaredCodes({ method, path }: Route, status: number, added: AddedRoutes): readonly string[] {
  const { paths } = openapi({ routes: added }) as unknown as Document;
  const declared = paths[path]?.[method.toLowerCase()]?.responses[status];
  return declared?.content?.['application/problem+json'].schema.allOf[1].properties.code.enum ?? [];
}
