/** Fields: the small types that make up stored documents and options, as zod schemas. */
import * as z from 'zod/mini';
import { $ZodObjectJIT, type $strict, type $ZodCheck, type $ZodObject, type $ZodShape } from 'zod/v4/core';

export { _default as withDefault } from 'zod/mini';

/** The last instant that a `Date` can hold (ECMA-262 §21.4.1.1). It means "until `unlock`". */
export const UNTIL_UNLOCK = 8.64e15;

/** An integer within bounds. */
export function whole(min: number, max: number): z.ZodMiniNumberFormat {
  return z.int().check(z.minimum(min), z.maximum(max));
}

/** 0, 1, 2 ... */
export const count: z.ZodMiniNumberFormat = z.int().check(z.nonnegative());
/** Epoch milliseconds. */
export const instant: z.ZodMiniNumber = z.number().check(z.minimum(-UNTIL_UNLOCK), z.maximum(UNTIL_UNLOCK));
/** An id or a name. */
export const text: z.ZodMiniString = z.string().check(z.minLength(1), z.maxLength(255));
/** Text made by a sealer: see `crypto/sealer.ts`. */
export const sealed: z.ZodMiniString = z.string().check(z.minLength(1), z.maxLength(8192));

/**
 * A part of the record: an object without further fields. Unlike the objects of zod's small build it is compiled at its
 * first use, if the runtime allows that: records are read all the time.
 */
export function storedObject<Shape extends $ZodShape>(
  shape: Shape,
  ...checks: $ZodCheck[]
): $ZodObject<Shape, $strict> {
  return new $ZodObjectJIT({ type: 'object', shape, catchall: z.never(), checks }) as $ZodObject<Shape, $strict>;
}
