/** Request body: the bytes of an Express request, or what an earlier parser has made of them. */
import type { BodySource, BodyStream } from '@mfakit/http';
import type { Request } from 'express';

/**
 * The body in whatever state the host has left it.
 * @param req - the host may have run `express.json()` or another parser on it
 */
export function bodySource(req: Request): BodySource {
  // `req.body` alone does not say: Express 4's parsers put an empty object there even if they did not read the body.
  // `readableDidRead` alone does not either: it stays false for an empty body, which ends only once someone reads it.
  if (!req.readableDidRead && !req.readableEnded) return { kind: 'stream', stream: nodeBody(req) };
  const value: unknown = req.body;
  if (typeof value === 'string') return { kind: 'text', text: value };
  return Buffer.isBuffer(value) ? { kind: 'text', text: value.toString() } : { kind: 'parsed', value };
}

const decoder = new TextDecoder();

function nodeBody(req: Request): BodyStream {
  let settle: (() => void) | undefined;
  return {
    readText: (maxBytes) =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let length = 0;
        const take = (chunk: Buffer): void => {
          length += chunk.length;
          if (length <= maxBytes) chunks.push(chunk);
          else finish(() => resolve(null));
        };
        const end = (): void => finish(() => resolve(decoder.decode(Buffer.concat(chunks))));
        const lose = (): void => finish(() => reject(new Error('The request ended early.')));
        const finish = (then: () => void): void => {
          req.off('data', take).off('end', end).off('error', lose).off('close', lose);
          then();
        };
        settle = () => finish(() => resolve(null));
        req.on('data', take).on('end', end).on('error', lose).on('close', lose);
      }),
    abandon() {
      settle?.();
      // Discards what still comes: a client that is busy sending could not read the reply otherwise.
      req.resume();
    },
  };
}
