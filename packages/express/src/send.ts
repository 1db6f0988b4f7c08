/** Sending a reply of the contract through Express. */
import type { WireReply } from '@mfakit/http';
import type { Response } from 'express';

/** Writes straight to the response: `res.send` would add an `ETag` to what nobody may keep. */
export function send(res: Response, { status, headers, body, signInHeaders }: WireReply): void {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  for (const [name, value] of signInHeaders ?? []) res.append(name, value);
  // The rest of a body that was too slow is not waited for (RFC 9110 §15.5.9).
  if (status === 408) res.setHeader('connection', 'close');
  res.end(body ?? undefined);
}
