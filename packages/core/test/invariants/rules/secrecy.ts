/** Invariant 8: store, events and errors contain no password, and nothing that a user was shown. */
import { inspect } from 'node:util';
import { base32nopad } from '@scure/base';
import { expect } from 'vitest';
import { WRONG_PASSWORD } from '../plan.ts';
import { USERS } from '../steps.ts';
import type { World } from '../world.ts';
import type { Rule } from './rule.ts';
import { TEST_PASSWORD } from '@mfakit/testkit';

export function nothingInClear({ app, drawers, tokens }: World): Rule {
  return async ({ user, error, events, after }) => {
    const stored = await app.store.events(user, { limit: 3 });
    const text = [JSON.stringify([after, events, stored]), inspect(error, { depth: 5 })].join('\n').toUpperCase();
    const planted = [
      ...USERS.flatMap((name) => drawers[name].secrets.flatMap(spellings)),
      ...USERS.flatMap((name) => drawers[name].backupCodes.flatMap((code) => [code, code.replaceAll('-', '')])),
      // Series and secrets of devices.
      ...USERS.flatMap((name) => drawers[name].browsers.flat().flatMap((cookie) => cookie.split('.'))),
      // The random part of a token.
      ...tokens.map((token) => token.text.slice(-40)),
      TEST_PASSWORD,
      WRONG_PASSWORD,
    ];
    const found = planted.filter((secret) => text.includes(secret.toUpperCase()));
    expect(found, 'invariant 8: in clear').toEqual([]);
    // Six digits can occur in instants and ciphertexts by chance.
    const long = USERS.flatMap((name) => drawers[name].devices.filter(({ digits }) => digits === 8));
    for (const device of long) {
      const code = new RegExp(`(?<![0-9])${device.code(app.clock())}(?![0-9])`);
      expect(text, 'invariant 8: a code in clear').not.toMatch(code);
    }
  };
}

/** A secret in every encoding in which a mistake could leave it. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(base32nopad.decode(secret));
  return [secret, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
}
