/** createClient: a small typed client of the contract, for browsers. */
import { PATHS, type RoutePath } from './paths.ts';
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
export type Client = CallsOf<typeof PATHS, Contract>;

/** One method per path, with the input and the reply that the routes have. */
export type CallsOf<
  Paths extends Readonly<Record<string, RoutePath>>,
  Wire extends { readonly [Name in keyof Paths]: { readonly input: unknown; readonly reply: unknown } },
> = {
  readonly [Name in keyof Paths]: (
    ...given: Given<Paths[Name]['path'], Wire[Name]['input']>
  ) => Promise<Wire[Name]['reply']>;
};

type Given<Path extends string, Input> = Path extends `${string}{id}`
  ? object extends Input
    ? [id: string, input?: Input]
    : [id: string, input: Input]
  : [Input] extends [null]
    ? []
    : object extends Input
      ? [input?: Input]
      : [input: Input];

/** A refusal as the client throws it. Its message is the sentence to show. */
export class ClientProblem extends Error {
  override readonly name = 'ClientProblem';
  /** Of HTTP. */
  readonly status: number;
  /** The problem details; `null` if the answer was not one of the contract. */
  readonly problem: ProblemBody | null;

  constructor(status: number, problem: ProblemBody | null) {
    super(problem?.detail ?? 'The server did not answer as expected');
    this.status = status;
    this.problem = problem;
  }
}

/** A request that is ready to be sent. */
interface Prepared {
  readonly url: string;
  readonly method: string;
  readonly body?: string;
}

/**
 * A client of the contract. Sends cookies to its own origin; every refusal throws a {@link ClientProblem}.
 *
 * Each method has one request under way. Called again meanwhile with the same input, as by a double click, it gives the
 * same promise and sends nothing; called with another input, it sends that once the first is answered, whatever the answer.
 * So nothing is sent twice, and no caller gets the answer to another input.
 * @example
 * ```ts
 * const client = createClient({ baseUrl: '/api/auth' });
 * await client.verify({ mfa_token, code });
 * ```
 */
export function createClient(options: ClientOptions): Client {
  // One method per route is made.
  return callsOf(PATHS, options) as Client;
}

/** Makes the methods for the given paths. */
export function callsOf(
  paths: Readonly<Record<string, RoutePath>>,
  { baseUrl, fetch: send = globalThis.fetch, headers }: ClientOptions,
): unknown {
  const prepare = ({ method, path }: RoutePath, [...given]: unknown[]): Prepared => {
    // The id comes first if the path has one; what is left is the input.
    const url = baseUrl + path.replace('{id}', () => encodeURIComponent(given.shift() as string));
    const [input] = given as [object?];
    return method === 'GET'
      ? { url: url + toQuery(input), method }
      : { url, method, body: JSON.stringify(input ?? {}) };
  };

  const ask = async ({ url, ...request }: Prepared): Promise<unknown> => {
    const type = request.body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await send(url, { ...request, headers: { ...type, ...headers?.() } });
    return answerOf(response);
  };

  const methods: Record<string, unknown> = {};
  for (const [name, route] of Object.entries(paths)) methods[name] = oneAtATime((given) => prepare(route, given), ask);
  return methods;
}

/** The newest call that has no answer yet is joined by an equal one, and awaited by another. */
function oneAtATime(
  prepare: (given: unknown[]) => Prepared,
  ask: (request: Prepared) => Promise<unknown>,
): (...given: unknown[]) => Promise<unknown> {
  let newest: { readonly key: string; readonly answer: Promise<unknown> } | null = null;
  return (...given) => {
    // Prepared now: what the caller does to its input later changes nothing.
    const request = prepare(given);
    const key = JSON.stringify(request);
    if (newest?.key === key) return newest.answer;
    const turn = (): Promise<unknown> => ask(request);
    const answer = newest === null ? turn() : newest.answer.then(turn, turn);
    const call = { key, answer };
    newest = call;
    const settle = (): void => {
      if (newest === call) newest = null;
    };
    answer.then(settle, settle);
    return answer;
  };
}

async function answerOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (response.status === 204) return null;
  if (response.ok && type.startsWith('application/json')) return response.json();
  const isProblem = type.startsWith('application/problem+json');
  throw new ClientProblem(response.status, isProblem ? ((await response.json()) as ProblemBody) : null);
}

function toQuery(input: object = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query.toString()}`;
}
