/** Context: what the host's functions are given of an Express request. */
import type { Request, Response } from 'express';

/** Request and response, as every Express handler gets them. */
export interface ExpressContext {
  readonly req: Request;
  readonly res: Response;
}
