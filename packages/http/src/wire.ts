/** Wire: what each route takes and gives, as types, inferred from the table. */
import type * as z from 'zod';
import type { RouteName } from './paths.ts';
import type { RouteTable } from './table.ts';

/** Input and reply of each route as they travel, in snake_case. `null`: there is none. */
export type Contract = {
  readonly [Name in RouteName]: {
    readonly input: z.output<NonNullable<RouteTable[Name]['input']>>;
    readonly reply: z.output<NonNullable<RouteTable[Name]['reply']>>;
  };
};
