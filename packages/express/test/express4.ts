/** express4: Express 4 under the types of Express 5, which it shares as far as the router goes. */
import type { Express, RequestHandler } from 'express';
// @ts-expect-error: it has no types under this name
import untyped from 'express4';

interface Express4 {
  (): Express;
  json(options: { readonly type: string }): RequestHandler;
}

export const express4 = untyped as Express4;

/** A parser for another type of body: Express 4's puts an empty object where it read nothing. */
export function express4Json(): RequestHandler {
  return express4.json({ type: 'application/other' });
}
