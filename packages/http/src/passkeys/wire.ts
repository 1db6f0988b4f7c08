/** Wire: what each route for passkeys takes and gives, as types. */
import type * as z from 'zod';
import type { PasskeyRouteName } from './paths.ts';
import type { PasskeyTable } from './table.ts';

/** Input and reply of each route for passkeys as they travel, in snake_case; options and credentials as WebAuthn has them. */
export type PasskeyContract = {
  readonly [Name in PasskeyRouteName]: {
    readonly input: z.output<NonNullable<PasskeyTable[Name]['input']>>;
    readonly reply: z.output<NonNullable<PasskeyTable[Name]['reply']>>;
  };
};
