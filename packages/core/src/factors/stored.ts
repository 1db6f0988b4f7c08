/** Stored: what every stored factor has, whatever its kind. Instants are epoch milliseconds. */

/** What a sealed secret belongs to. */
export interface SecretOwner {
  /** The `method` of its kind. */
  readonly kind: string;
  /** Random, unique within the user. */
  readonly id: string;
}

/** A sealed secret with its owner. */
export interface SealedSecret extends SecretOwner {
  /** Sealed: it opens only for this user, kind and id, and for the fields that the kind binds it to. */
  readonly secret: string;
}

/** A factor that waits for its first answer. */
export interface StagedFactor extends SealedSecret {
  /** The user's own name for it. */
  readonly label: string;
  /** When the setup began. */
  readonly createdAt: number;
}

/** An active factor. */
export interface ActiveFactor extends StagedFactor {
  /** When it was last accepted; at first, when it was confirmed. */
  readonly lastUsedAt: number;
}
