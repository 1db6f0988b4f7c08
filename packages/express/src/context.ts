/** Context: what the host's functions get from an Express request. */
import type { Request, Response } from 'express';

/** The request and the response that every Express handler gets. */
export interface ExpressContext {
  /** The request, as Express has it. */
  readonly req: Request;
  /** The response, for a cookie or a header of yours. */
  readonly res: Response;
}
