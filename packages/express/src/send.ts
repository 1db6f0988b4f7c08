/** Sending: writes a reply of the contract to an Express response. */
import type { WireReply } from '@mfakit/http';
import type { Response } from 'express';

/** Writes the reply directly: `res.send` would add an `ETag`, and replies must not be cached. */
export function send(res: Response, { status, headers, body, signInHeaders }: WireReply): void {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  for (const [name, value] of signInHeaders ?? []) res.append(name, value);
  // The rest of a slow body is not awaited (RFC 9110 §15.5.9).
  if (status === 408) res.setHeader('connection', 'close');
  res.end(body ?? undefined);
}
