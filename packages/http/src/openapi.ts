/** openapi: the contract as an OpenAPI 3.1 document, made from the table. */
import * as z from 'zod';
import { DEFAULT_BASE_PATH } from './paths.ts';
import { PROBLEMS } from './problems.ts';
import { problemBody } from './reply-schemas.ts';
import { ROUTES, type Route } from './table.ts';
import type { ProblemCode, RouteName } from './wire.ts';

/** What the document says of the application. */
export interface OpenApiOptions {
  /** The URL of the mount, such as `/api/auth`, its default. */
  readonly serverUrl?: string;
  /** How a request carries the session; default: a cookie named `session`. */
  readonly session?: Readonly<Record<string, unknown>>;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Refusals of every route that reads a body. */
const BODY_CODES: readonly ProblemCode[] = [
  'invalid_json',
  'request_timeout',
  'body_too_large',
  'unsupported_media_type',
  'invalid_input',
];

/** An OpenAPI 3.1 document of all routes. */
export function openapi({ serverUrl = DEFAULT_BASE_PATH, session = cookieSession }: OpenApiOptions = {}): JsonObject {
  const schemas: Record<string, Json> = { Problem: toJsonSchema(problemBody) };
  const paths: Record<string, Json> = {};
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const route: Route = ROUTES[name];
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
      headers: { RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } } },
      securitySchemes: { session: session as JsonObject },
    },
  };
}

const cookieSession = { type: 'apiKey', in: 'cookie', name: 'session', description: 'The session of the host.' };

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
        required: route.path !== ROUTES.setup.path,
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
  const callers: readonly ProblemCode[] =
    route.who === 'session' ? ['not_signed_in'] : ['invalid_token', 'user_inactive'];
  const inputs =
    route.inputFrom === 'body' ? BODY_CODES : route.inputFrom === 'query' ? ['invalid_input' as const] : [];
  const byStatus: Record<number, ProblemCode[]> = {};
  for (const code of [...callers, ...inputs, ...route.refusals, 'store_unavailable' as const]) {
    const status =
      (code in route.statuses && route.statuses[code as keyof typeof route.statuses]) || PROBLEMS[code].status;
    (byStatus[status] ??= []).push(code);
  }
  return Object.fromEntries(Object.entries(byStatus).map(([status, codes]) => [status, response(codes)]));
}

function response(codes: readonly ProblemCode[]): JsonObject {
  const code = { type: 'object', properties: { code: { enum: codes } } };
  const waits = codes.some((each) => each === 'locked' || PROBLEMS[each].retryAfterSeconds !== undefined);
  return {
    description: codes.map((each) => `\`${each}\`: ${PROBLEMS[each].detail}`).join('; '),
    ...(waits && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
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
    // The format says it; the pattern only adds a line of leap years.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return json as JsonObject;
}
