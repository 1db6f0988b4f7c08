/** Fields: the small types that make up stored documents, as zod schemas. */
import * as z from 'zod';

/** The last instant that a `Date` can hold (ECMA-262 §21.4.1.1). It means "until `unlock`". */
export const UNTIL_UNLOCK = 8.64e15;

/** 0, 1, 2 ... */
export const count: z.ZodInt = z.int().nonnegative();
/** Epoch milliseconds. */
export const instant: z.ZodNumber = z.number().min(-UNTIL_UNLOCK).max(UNTIL_UNLOCK);
/** An id or a name. */
export const text: z.ZodString = z.string().min(1).max(255);
/** Text made by a sealer: see `crypto/sealer.ts`. */
export const sealed: z.ZodString = z.string().min(1).max(8192);
