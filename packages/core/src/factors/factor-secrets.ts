/** FactorSecrets: seals and opens the secrets of factors, each bound to its user, kind, id and parameters. */
import type { Sealer } from '../crypto/sealer.ts';
import type { FactorKind } from './factor-kind.ts';
import type { SealedSecret, SecretOwner } from './stored.ts';

/** The sealer as factor kinds see it. */
export interface FactorSecrets {
  /** Seals the secret of a factor under the newest key. */
  seal(userId: string, owner: SecretOwner, secret: Uint8Array): string;
  /** @returns the secret; `null` if no key opens it, or if it was sealed for something else in any part */
  open(userId: string, stored: SealedSecret): Uint8Array | null;
  /** Whether the secret was sealed under the newest key. */
  isNewest(stored: SealedSecret): boolean;
}

/** Binds a sealer to the kinds of an application. */
export function createFactorSecrets(sealer: Sealer, kinds: readonly FactorKind[]): FactorSecrets {
  const byMethod = new Map(kinds.map((kind) => [kind.method, kind]));
  /** Associated data: a secret opens for no other user and no other factor, and under no other parameters. */
  const context = (userId: string, owner: SecretOwner): readonly string[] => {
    const fields = byMethod.get(owner.kind)?.boundFields ?? [];
    // Optional fields come last: where nothing follows, what is absent leaves no trace.
    const bound = fields.slice(0, fields.findLastIndex((field) => Reflect.get(owner, field) !== undefined) + 1);
    return [`${owner.kind}-secret`, userId, owner.id, ...bound.map((field) => boundText(owner, field))];
  };
  return {
    seal: (userId, owner, secret) => sealer.seal(secret, context(userId, owner)),
    open: (userId, stored) => sealer.open(stored.secret, context(userId, stored)),
    isNewest: ({ secret }) => sealer.isNewest(secret),
  };
}

/** A text as it is, all else as JSON: a field that is an object is bound in all its parts. */
function boundText(owner: SecretOwner, field: string): string {
  const value: unknown = Reflect.get(owner, field);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
