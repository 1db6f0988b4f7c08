/** Links that are good once, for fifteen minutes. */
import { createHash, randomBytes } from 'node:crypto';

const TTL_MS = 15 * 60_000;

/** Links that have been mailed and not been opened. */
export interface Links {
  /** @returns the secret of a new link; older ones of this user are void */
  make(userId: string): string;
  /** @returns whose link it is, once; `null` if there is none or it is too old */
  spend(secret: string): string | null;
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export function memoryLinks(clock: () => number): Links {
  /** By the hash of the secret: a copy of this table opens no link. */
  const links = new Map<string, { readonly userId: string; readonly until: number }>();
  return {
    make(userId) {
      for (const [hash, link] of links) if (link.userId === userId || link.until < clock()) links.delete(hash);
      const secret = randomBytes(32).toString('base64url');
      links.set(hashOf(secret), { userId, until: clock() + TTL_MS });
      return secret;
    },
    spend(secret) {
      const link = links.get(hashOf(secret));
      links.delete(hashOf(secret));
      return link !== undefined && clock() < link.until ? link.userId : null;
    },
  };
}
