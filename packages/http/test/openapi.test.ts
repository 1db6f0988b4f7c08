import { Validator } from '@seriousme/openapi-schema-validator';
import { openapi, ROUTES } from '@mfakit/http';
import { passkeyRoutes } from '@mfakit/http/passkeys';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { declaredRefusals } from './declared.ts';

const document = openapi();

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: object; readonly content?: object }>
  >;
}

/** The operation of a route. */
function operationOf(method: string, path: string): Operation {
  const paths = document['paths'] as unknown as Record<string, Record<string, Operation>>;
  const operation = paths[path]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the document`);
  return operation;
}

test('an independent validator finds nothing wrong', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as Record<string, unknown>);
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('the validator does find a mistake', async () => {
  const broken = {
    ...(structuredClone(document) as Record<string, unknown>),
    paths: { '/totp/status': { get: { responses: 1 } } },
  };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test('every route of the table is in it, and nothing else', () => {
  const listed = Object.entries(document['paths'] as unknown as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path]),
  );
  const expected = Object.entries(ROUTES).map(([name, { method, path }]) => [name, method.toLowerCase(), path]);
  expect(listed).toEqual(expected);
});

test('what a route takes and what it answers are schemas of the document, and every schema is used', () => {
  const used = new Set(['Problem']);
  for (const { method, path, inputFrom, reply } of Object.values(ROUTES)) {
    const { operationId, requestBody, responses } = operationOf(method, path);
    const title = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    const content = (name: string): object => {
      used.add(name);
      return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
    };
    expect(requestBody?.content).toEqual(inputFrom === 'body' ? content(`${title}Body`) : undefined);
    expect(responses['200']?.content).toEqual(reply === null ? undefined : content(`${title}Reply`));
  }
  expect(Object.keys((document['components'] as unknown as { schemas: object }).schemas).toSorted()).toEqual(
    [...used].toSorted(),
  );
});

test('a query has its parameters, and only there', () => {
  for (const { method, path, inputFrom, input } of Object.values(ROUTES)) {
    const { parameters = [] } = operationOf(method, path);
    const names = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
    const shape = inputFrom === 'query' ? z.toJSONSchema(input as z.ZodType, { io: 'input' }).properties : {};
    expect(names).toEqual(Object.keys(shape ?? {}));
  }
  expect(operationOf('GET', ROUTES.history.path).parameters).toContainEqual(
    expect.objectContaining({ name: 'limit', in: 'query' }),
  );
});

test('an instant has a format and no pattern; what else has a pattern keeps it', () => {
  const schemas = JSON.stringify(document['components']);
  expect(schemas).toContain('"format":"date-time"');
  expect(schemas).not.toMatch(/"format":"date-time","pattern"|"pattern":"[^"]*","format":"date-time"/);
  expect(JSON.stringify(openapi({ routes: passkeyRoutes })['components'])).toContain('"pattern"');
});

describe('refusals', () => {
  test('verify tells all of the contract', () => {
    const { responses, security } = operationOf('POST', '/totp-verify');
    expect(security).toEqual([]);
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '408', '413', '415', '422', '423', '503']);
    expect(responses['401']?.description).toContain('Code already used — wait for the next code');
    expect(responses['423']?.headers).toHaveProperty('Retry-After');
  });

  // The contract, written out: what a client must be ready for.
  test.each([
    ['refusals.txt', {}],
    ['refusals-with-passkeys.txt', passkeyRoutes],
  ] as const)('of every route, by status: %s', (file, routes) => {
    const lines = Object.entries(declaredRefusals(routes)).map(([route, byStatus]) =>
      [route, ...Object.entries(byStatus).map(([status, codes]) => `${status} ${codes.join(' ')}`)].join('\n  '),
    );
    expect(`${lines.join('\n')}\n`).toBe(readFileSync(join(import.meta.dirname, file), 'utf8'));
  });

  test('a wrong code is 400 where it confirms and 401 elsewhere', () => {
    const confirm = operationOf('POST', '/totp/confirm').responses;
    expect(confirm['400']?.description).toContain('`invalid_code`');
    expect(confirm['401']?.description).not.toContain('`invalid_code`');
    expect(operationOf('POST', '/totp/step-up').responses['401']?.description).toContain('`invalid_code`');
  });

  test('a revoked session is told on every session route, and two codes wherever a code counts', () => {
    for (const { method, path, who, refusals } of Object.values(ROUTES)) {
      const told = operationOf(method, path).responses['401']?.description ?? '';
      expect(told.includes('`session_revoked`: Session expired — please log in again')).toBe(who === 'session');
      const counts = (refusals as readonly string[]).includes('code_already_used');
      expect(told.includes('`two_codes_required`: Enter two consecutive codes')).toBe(counts);
    }
  });

  test('a removal answers 204 and has its path parameter', () => {
    expect(operationOf('DELETE', '/totp/factors/{id}')).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true }],
      responses: { 204: {}, 404: {} },
    });
  });
});

test('every 401, and nothing else, has the challenge', () => {
  for (const { method, path } of Object.values(ROUTES)) {
    for (const [status, { headers = {} }] of Object.entries(operationOf(method, path).responses)) {
      expect('WWW-Authenticate' in headers).toBe(status === '401');
    }
  }
  expect(document).toMatchObject({ components: { headers: { Challenge: { example: 'MFA error="invalid_code"' } } } });
});

test('the codes of field errors, and what verify and status tell, are in the schemas', () => {
  const code = {
    enum: expect.arrayContaining(['required', 'too_long', 'malformed', 'unknown_field']) as readonly string[],
  };
  const told = { method: { type: 'string' }, backup_codes_remaining: { type: 'integer' } };
  expect(document).toMatchObject({
    components: {
      schemas: {
        Problem: { properties: { errors: { items: { properties: { code }, required: ['path', 'message', 'code'] } } } },
        VerifyReply: { properties: told },
        EnforceConfirmReply: { properties: told },
        StatusReply: {
          required: expect.arrayContaining(['locked', 'locked_until', 'tries_left']) as readonly string[],
        },
      },
    },
  });
});

test('the limits of the contract are in the schemas', () => {
  expect(document).toMatchObject({
    openapi: '3.1.1',
    servers: [{ url: '/api/auth' }],
    components: {
      schemas: {
        VerifyBody: {
          additionalProperties: false,
          properties: { mfa_token: { maxLength: 512 }, backup_code: { maxLength: 64 } },
          oneOf: [{ required: ['code'] }, { required: ['backup_code'] }],
          dependentRequired: { next_code: ['code'] },
        },
        DisableBody: { properties: { password: { maxLength: 1024 } }, dependentRequired: { next_code: ['code'] } },
        SetupBody: { properties: { label: { maxLength: 64 } }, dependentRequired: { next_code: ['code'] } },
      },
    },
  });
});

test('empty and null fields of a form are in the schemas', () => {
  const type = ['string', 'null'];
  const filled = { type: 'string', minLength: 1 };
  expect(document).toMatchObject({
    components: {
      schemas: {
        SetupBody: { properties: { label: { type }, code: { type }, next_code: { type }, backup_code: { type } } },
        StepUpBody: {
          properties: { code: { type }, backup_code: { type } },
          oneOf: [{ properties: { code: filled } }, { properties: { backup_code: filled } }],
        },
        ConfirmBody: { properties: { code: { type: 'string', maxLength: 64 } }, required: ['code'] },
      },
    },
  });
  expect(document).not.toHaveProperty('components.schemas.SetupBody.required');
});

test('the server’s address and its session are the host’s to say', () => {
  const session = { type: 'http', scheme: 'bearer' };
  expect(openapi({ serverUrl: 'https://app.example/auth', session })).toMatchObject({
    servers: [{ url: 'https://app.example/auth' }],
    components: { securitySchemes: { session } },
  });
});

describe('with the routes for passkeys', () => {
  const added = openapi({ routes: passkeyRoutes });

  test('an independent validator finds nothing wrong', async () => {
    expect(await new Validator().validate(structuredClone(added) as Record<string, unknown>)).toEqual({ valid: true });
  });

  test('they are in it once, with their callers and refusals', () => {
    const paths = added['paths'] as unknown as Record<string, Record<string, Operation>>;
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    expect(operations.map(({ operationId }) => operationId)).toEqual(Object.keys({ ...ROUTES, ...passkeyRoutes }));
    const signIn = paths['/passkey/sign-in']?.['post'];
    expect(signIn?.security).toEqual([]);
    expect(signIn?.responses['401']?.description).toContain('`password_required`');
    expect(signIn?.responses['401']?.description).toContain('`user_inactive`');
    expect(signIn?.responses['401']?.description).not.toContain('`not_signed_in`');
    expect(paths['/passkey/challenge']?.['post']?.responses['401']).toBeUndefined();
    expect(paths['/webauthn/confirm']?.['post']?.responses['409']?.description).toContain('`already_registered`');
    expect(paths['/mfa/challenge']?.['post']?.security).toEqual([{ session: [] }]);
  });

  test('a passkey in place of a code, with the token that it signs', () => {
    const filled = { type: 'string', minLength: 1 };
    const oneOf = [
      { properties: { code: filled } },
      { properties: { backup_code: filled } },
      { required: ['credential'], properties: { credential: { type: 'object' } } },
    ];
    const dependentRequired = { next_code: ['code'], credential: ['mfa_token'], mfa_token: ['credential'] };
    expect(added).toMatchObject({
      components: {
        schemas: {
          VerifyBody: { oneOf, dependentRequired: { next_code: ['code'] }, required: ['mfa_token'] },
          StepUpBody: { oneOf, dependentRequired },
          DisableBody: { oneOf, dependentRequired },
          SetupBody: { dependentRequired },
          WebauthnConfirmBody: {
            properties: {
              credential: {
                type: 'object',
                required: ['id', 'rawId', 'type', 'response'],
                properties: {
                  id: { maxLength: 1364 },
                  response: { properties: { clientDataJSON: { maxLength: 4096 } } },
                },
              },
            },
          },
          WebauthnSetupReply: { required: ['factor_id', 'creation_options', 'backup_codes', 'expires_at'] },
        },
      },
    });
    expect(document).not.toHaveProperty('components.schemas.WebauthnSetupReply');
    expect(JSON.stringify(document)).not.toContain('credential');
  });
});
