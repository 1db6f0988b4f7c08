/** Context: what the host's functions get from an Express request. */
import type { Request, Response } from 'express';

/** The request and the response that every Express handler gets. */
export interface ExpressContext {
  readonly req: Request;
  readonly res: Response;
}
