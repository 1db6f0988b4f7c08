/** createClient: a small typed client of the contract, for browsers. */
import { PATHS, ROUTE_NAMES, type RouteName } from './paths.ts';
import type { ProblemBody } from './problem-body.ts';
import type { Contract } from './wire.ts';

/** What the client calls, and how. */
export interface ClientOptions {
  /** The prefix that the routes are mounted at, such as `/api/auth`; no slash at its end. */
  readonly baseUrl: string;
  /** Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Called before each request, for a CSRF token for instance. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
}

/** One method per route: takes the id if the path has one, and the body as it travels; gives the reply. */
export type Client = {
  readonly [Name in RouteName]: (
    ...given: Given<(typeof PATHS)[Name]['path'], Contract[Name]['input']>
  ) => Promise<Contract[Name]['reply']>;
};

type Given<Path extends string, Input> = Path extends `${string}{id}`
  ? [id: string, input: Input]
  : [Input] extends [null]
    ? []
    : object extends Input
      ? [input?: Input]
      : [input: Input];

/** A refusal as the client throws it. Its message is the sentence to show. */
export class ClientProblem extends Error {
  override readonly name = 'ClientProblem';
  readonly status: number;
  /** The problem details; `null` if the answer was not one of the contract. */
  readonly problem: ProblemBody | null;

  constructor(status: number, problem: ProblemBody | null) {
    super(problem?.detail ?? 'The server did not answer as expected');
    this.status = status;
    this.problem = problem;
  }
}

/**
 * A client of the contract. Sends cookies to its own origin; every refusal throws a {@link ClientProblem}.
 * @example
 * ```ts
 * const client = createClient({ baseUrl: '/api/auth' });
 * await client.verify({ mfa_token, code });
 * ```
 */
export function createClient({ baseUrl, fetch: send = globalThis.fetch, headers }: ClientOptions): Client {
  const ask = async (name: RouteName, given: unknown[]): Promise<unknown> => {
    const { method, path } = PATHS[name];
    // The id comes first if the path has one; what is left is the input.
    const url = baseUrl + path.replace('{id}', () => encodeURIComponent(given.shift() as string));
    const [input] = given as [object?];
    const response =
      method === 'GET'
        ? await send(url + toQuery(input), { method, headers: { ...headers?.() } })
        : await send(url, {
            method,
            headers: { 'content-type': 'application/json', ...headers?.() },
            body: JSON.stringify(input ?? {}),
          });
    const type = response.headers.get('content-type') ?? '';
    if (response.status === 204) return null;
    if (response.ok && type.startsWith('application/json')) return response.json();
    const isProblem = type.startsWith('application/problem+json');
    throw new ClientProblem(response.status, isProblem ? ((await response.json()) as ProblemBody) : null);
  };

  const methods: Record<string, unknown> = {};
  for (const name of ROUTE_NAMES) methods[name] = (...given: unknown[]) => ask(name, given);
  // One method per route was just made.
  return methods as unknown as Client;
}

function toQuery(input: object = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
}
