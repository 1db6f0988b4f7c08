/** Telling: runs the walk and keeps what it said. */
import { createHash } from 'node:crypto';
import { createMfa, type Mfa, type MfaOptions } from '@mfakit/core';
import type { CreateMfa } from '../src/acme.ts';
import { walk } from '../src/walk.ts';

/** What one walk said, and how it ended. */
export interface Telling {
  readonly exitCode: 0 | 1;
  readonly lines: readonly string[];
}

/** Runs the walk, by default as the demo does. */
export async function tell({
  colour = false,
  create,
}: { colour?: boolean; create?: CreateMfa } = {}): Promise<Telling> {
  const lines: string[] = [];
  const exitCode = await walk({ write: (line) => lines.push(line), colour }, create);
  return { exitCode, lines };
}

/** What to break: options of every instance, or methods of it. */
export interface Sabotage {
  readonly options?: (options: MfaOptions) => Partial<MfaOptions>;
  readonly methods?: (mfa: Mfa) => Partial<Mfa>;
}

/** Makes broken instances. Backup codes are hashed quickly here: these walks are not about hashing. */
export function broken({ options = () => ({}), methods = () => ({}) }: Sabotage): CreateMfa {
  return (sound) => {
    const mfa = createMfa({ ...sound, hasher: quickHasher, ...options(sound) });
    return { ...mfa, ...methods(mfa) };
  };
}

const quickHasher: NonNullable<MfaOptions['hasher']> = async ({ message, salt }) =>
  new Uint8Array(createHash('sha256').update(salt).update(message).digest());
