/** createClient: a small typed client of the contract, for browsers. */
import { PATHS } from './paths.ts';
import type { Contract, ProblemBody, RouteName } from './wire.ts';

/** Where and how the client asks. */
export interface ClientOptions {
  /** The prefix that the routes are mounted at, such as `/api/auth`; no slash at its end. */
  readonly baseUrl: string;
  /** Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Asked before each request: the place for a CSRF token. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
}

/** One method per route: takes its body as it travels, gives its reply. */
export type Client = {
  readonly [Name in Exclude<RouteName, 'removeFactor'>]: Method<Contract[Name]>;
} & {
  removeFactor(id: string, proof: Contract['removeFactor']['input']): Promise<null>;
};

type Method<Row extends { readonly input: unknown; readonly reply: unknown }> = Row['input'] extends null
  ? () => Promise<Row['reply']>
  : object extends Row['input']
    ? (input?: Row['input']) => Promise<Row['reply']>
    : (input: Row['input']) => Promise<Row['reply']>;

/** A refusal as the client throws it. Its message is the sentence to show. */
export class ClientProblem extends Error {
  override readonly name = 'ClientProblem';
  readonly status: number;
  /** The problem details; `null` where something else than the contract answered. */
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
  const ask = async (name: RouteName, input: object | undefined, id = ''): Promise<unknown> => {
    const { method, path } = PATHS[name];
    const url = `${baseUrl}${path.replace('{id}', encodeURIComponent(id))}`;
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
  for (const name of Object.keys(PATHS) as RouteName[]) methods[name] = (input?: object) => ask(name, input);
  methods['removeFactor'] = (id: string, proof: object) => ask('removeFactor', proof, id);
  // One method per route was just made.
  return methods as unknown as Client;
}

function toQuery(input: object = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
}
