/** Sample requests: what every route takes, made from the table. */
import * as z from 'zod';
import type { RouteName } from '../../src/paths.ts';
import { ROUTES } from '../../src/table.ts';
import { PASSWORD, type Enrolled } from '../application.ts';
import type { HttpApi } from '../http-api.ts';

/** A body that a route's schema accepts, unless it wants a token. */
export function bodyFor(name: RouteName, code = '123456'): { readonly body?: object } {
  const { inputFrom, input } = ROUTES[name];
  if (inputFrom !== 'body') return {};
  const fields = z.toJSONSchema(input ?? z.null()).properties ?? {};
  const samples = Object.entries({ code, password: PASSWORD });
  return { body: Object.fromEntries(samples.filter(([field]) => field in fields)) };
}

/** The address of a route, with an id in its place. */
export function addressOf(name: RouteName, id = 'some-factor'): [method: string, path: string] {
  const { method, path } = ROUTES[name];
  return [method, path.replace('{id}', id)];
}

/** Alice with a second factor, and the cookie of a session that tells its epoch. */
export async function signedIn({
  app,
}: HttpApi): Promise<{ readonly alice: Enrolled; readonly cookie: string; readonly sessionEpoch: number }> {
  // So that the epoch is not 0, which a forgotten one might be too.
  await app.mfa.passwordChanged('alice');
  const alice = await app.enrol('alice');
  const { sessionEpoch } = await app.mfa.status('alice');
  return { alice, cookie: app.signIn('alice', { sessionEpoch }), sessionEpoch };
}

/** What the core was given in the newest call of a name. */
export function givenTo({ app }: HttpApi, name: string): readonly unknown[] | undefined {
  return app.calls.findLast((call) => call.name === name)?.given;
}
