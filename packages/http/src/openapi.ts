/** openapi: the contract as an OpenAPI 3.1 document, made from the table. */
import * as z from 'zod';
import { DEFAULT_BASE_PATH } from './paths.ts';
import { problemBody, type ProblemCode } from './problem-body.ts';
import { challenge, PROBLEMS } from './problems.ts';
import type { AddedRoutes, Route } from './route.ts';
import { CONTRACT_SENTENCES } from './sentences/en.ts';
import { ROUTES } from './table.ts';

/** What the document says about the application. */
export interface OpenApiOptions {
  /** The URL that the routes are mounted at; default `/api/auth`. */
  readonly serverUrl?: string;
  /** How a request carries the session; default: a cookie named `session`. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** As in the options of a binding. */
  readonly routes?: AddedRoutes;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Refusals that every route with a body can give. */
const BODY_CODES: readonly ProblemCode[] = [
  'invalid_json',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'invalid_input',
];

/** Refusals of a caller, whatever is called. */
function callerCodes(route: Route): readonly ProblemCode[] {
  switch (route.who) {
    case 'session':
      return ['not_signed_in', 'session_revoked'];
    case 'token':
      return ['invalid_token', 'token_used', 'user_inactive'];
    case 'nobody':
      return route.signsIn ? ['user_inactive'] : [];
  }
}

/** An OpenAPI 3.1 document of all routes. */
export function openapi({
  serverUrl = DEFAULT_BASE_PATH,
  session = cookieSession,
  routes = {},
}: OpenApiOptions = {}): JsonObject {
  const schemas: Record<string, Json> = { Problem: toJsonSchema(problemBody) };
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries<Route>({ ...ROUTES, ...routes })) {
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    if (route.inputFrom === 'body' && route.input !== null) schemas[`${title}Body`] = toJsonSchema(route.input);
    if (route.reply !== null) schemas[`${title}Reply`] = toJsonSchema(route.reply);
    paths[route.path] = { [route.method.toLowerCase()]: operation(name, title, route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Multi-factor authentication',
      version: '1',
      description: 'Every answer carries `Cache-Control: no-store`. Refusals are problem details (RFC 9457).',
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      schemas,
      headers: {
        RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
        Challenge: {
          description: 'The scheme `MFA`, which browsers show no dialog for, with the `code` of the problem.',
          required: true,
          schema: { type: 'string' },
          example: challenge('invalid_code'),
        },
      },
      securitySchemes: { session: session as JsonObject },
    },
  };
}

const cookieSession = { type: 'apiKey', in: 'cookie', name: 'session', description: 'The host’s own session.' };

function operation(name: string, title: string, route: Route): JsonObject {
  const hasBody = route.inputFrom === 'body';
  return {
    operationId: name,
    summary: route.summary,
    security: route.who === 'session' ? [{ session: [] }] : [],
    ...(route.path.endsWith('{id}') && { parameters: [pathParameter] }),
    ...(route.inputFrom === 'query' && route.input !== null && { parameters: queryParameters(route.input) }),
    ...(hasBody && {
      requestBody: {
        // An empty body is read as `{}`.
        required: route.input?.safeParse({}).success === false,
        content: { 'application/json': { schema: reference(`${title}Body`) } },
      },
    }),
    responses: {
      ...(route.reply === null
        ? { 204: { description: 'Done.' } }
        : { 200: { description: 'Done.', content: { 'application/json': { schema: reference(`${title}Reply`) } } } }),
      ...refusals(route),
    },
  };
}

const pathParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

function refusals(route: Route): JsonObject {
  const inputs =
    route.inputFrom === 'body' ? BODY_CODES : route.inputFrom === 'query' ? ['invalid_input' as const] : [];
  const statuses: Readonly<Partial<Record<ProblemCode, number>>> = route.statuses ?? {};
  const byStatus: Record<number, ProblemCode[]> = {};
  for (const code of [...callerCodes(route), ...inputs, ...route.refusals, 'store_unavailable' as const]) {
    const status = statuses[code] ?? PROBLEMS[code].status;
    (byStatus[status] ??= []).push(code);
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [status, response(Number(status), codes)]),
  );
}

function response(status: number, codes: readonly ProblemCode[]): JsonObject {
  const code = { type: 'object', properties: { code: { enum: codes } } };
  const waits = codes.some((each) => each === 'locked' || PROBLEMS[each].retryAfterSeconds !== undefined);
  return {
    description: codes.map((each) => `\`${each}\`: ${CONTRACT_SENTENCES[each]}`).join('; '),
    ...(waits && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
    ...(status === 401 && { headers: { 'WWW-Authenticate': { $ref: '#/components/headers/Challenge' } } }),
    content: { 'application/problem+json': { schema: { allOf: [reference('Problem'), code] } } },
  };
}

function queryParameters(schema: z.ZodType): readonly JsonObject[] {
  const { properties = {} } = toJsonSchema(schema) as { properties?: Record<string, JsonObject> };
  return Object.entries(properties).map(([name, { description, ...property }]) => ({
    name,
    in: 'query',
    ...(description !== undefined && { description }),
    schema: property,
  }));
}

function reference(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

function toJsonSchema(schema: z.ZodType): JsonObject {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    // The format says it; the pattern would only add a long line about leap years.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return json as JsonObject;
}
