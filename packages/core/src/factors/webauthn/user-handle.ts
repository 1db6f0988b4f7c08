/** User handles: what a passkey knows its user by (WebAuthn Level 3 §14.6.1). */
import { base64urlnopad } from '@scure/base';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { RandomSource } from '../../crypto/random.ts';
import { invalidInput, MfaError } from '../../errors.ts';
import { parseUserId } from '../../input.ts';

/** How an application names its users to their passkeys. */
export interface UserHandleOptions {
  /**
   * `random`, the default: 64 random bytes, the same for every passkey of a user. `user-id`: the user id itself, which must
   * then be an opaque text of at most 64 bytes of UTF-8, such as a UUID, and never an e-mail address: whoever holds a
   * security key can read it.
   */
  readonly userHandle?: 'random' | 'user-id';
  /**
   * Finds the user of a random handle: `status` tells it with each passkey, as base64url. Without it, random handles let
   * nobody sign in by a passkey alone.
   */
  readonly users?: {
    /** Gives the user id of a handle of 64 bytes; `null` if no user has it. */
    ofHandle(handle: Uint8Array): Promise<string | null>;
  };
}

const HANDLE_BYTES = 64;

/** Gives handles, and finds users by them. */
export interface UserHandles {
  /** @throws {MfaError} `invalid_input` if the user id cannot be one */
  handleOf(userId: string, random: RandomSource): string;
  /** Absent if users cannot be found. */
  readonly userOf?: (handle: string) => Promise<string | null>;
}

/** @throws {TypeError | RangeError} naming the option that is wrong */
export function userHandles(options: UserHandleOptions): UserHandles {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('webauthnFactor: options: must be an object');
  const { userHandle = 'random', users, ...others } = options;
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new TypeError(`webauthnFactor: ${stray}: there is no such option`);
  if (userHandle !== 'random' && userHandle !== 'user-id') {
    throw new RangeError("webauthnFactor: userHandle: must be 'random' or 'user-id'");
  }
  if (users !== undefined && typeof users?.ofHandle !== 'function') {
    throw new TypeError('webauthnFactor: users: must be an object with a function ofHandle');
  }
  if (userHandle === 'user-id') {
    if (users !== undefined) throw new TypeError("webauthnFactor: users: has no use beside userHandle: 'user-id'");
    return { handleOf: handleOfId, userOf: async (handle) => idOfHandle(handle) };
  }
  return {
    handleOf: (_userId, random) => base64urlnopad.encode(random(HANDLE_BYTES)),
    ...(users !== undefined && {
      userOf: async (handle: string) => {
        const bytes = decoded(handle);
        return bytes === null ? null : askHost(users, bytes);
      },
    }),
  };
}

async function askHost(users: Required<UserHandleOptions>['users'], handle: Uint8Array): Promise<string | null> {
  try {
    return (await users.ofHandle(handle)) ?? null;
  } catch (cause) {
    throw new MfaError('store_unavailable', { message: 'users.ofHandle did not answer.', cause });
  }
}

function handleOfId(userId: string): string {
  const bytes = utf8ToBytes(userId);
  if (bytes.length > HANDLE_BYTES)
    throw invalidInput('userId', `must have at most ${HANDLE_BYTES} bytes for a passkey`);
  return base64urlnopad.encode(bytes);
}

function idOfHandle(handle: string): string | null {
  const bytes = decoded(handle);
  if (bytes === null) return null;
  try {
    // Byte for byte, like the user ids of challenge tokens.
    return parseUserId(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return null;
  }
}

function decoded(handle: string): Uint8Array | null {
  try {
    return base64urlnopad.decode(handle);
  } catch {
    return null;
  }
}
