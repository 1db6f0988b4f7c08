/** Kept setup: one that waits for its first code stays in this tab, so that a reload shows the same picture and codes. */
import type { SetupReply } from '@mfakit/http';

const KEY = 'mfakit-setup';

/** A setup, and whose it is. */
interface Kept {
  readonly owner: string;
  readonly setup: SetupReply;
}

/** `sessionStorage`, or what stands in for it. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's, if there is one and it may be used. */
export function tabStorage(): TabStorage | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

/** The place for one setup. Without storage nothing is kept, and nothing else changes. */
export interface SetupPlace {
  /** `null`: none. One that has ended, or is of somebody else, is forgotten. */
  read(now: number): SetupReply | null;
  write(setup: SetupReply): void;
  forget(): void;
}

/** @param owner - the account's name, or the token that began the setup */
export function setupPlace(storage: TabStorage | null, owner: string): SetupPlace {
  const forget = (): void => storage?.removeItem(KEY);
  return {
    read(now) {
      const kept = parsed(storage?.getItem(KEY) ?? 'null');
      if (kept?.owner === owner && now < Date.parse(kept.setup.expires_at)) return kept.setup;
      forget();
      return null;
    },
    write(setup) {
      try {
        storage?.setItem(KEY, JSON.stringify({ owner, setup } satisfies Kept));
      } catch {
        // It is full, or forbidden: a reload then begins another setup.
      }
    },
    forget,
  };
}

/** Forgets whatever setup this tab keeps. Call it when somebody signs out. */
export function forgetKeptSetup(storage: TabStorage | null = tabStorage()): void {
  storage?.removeItem(KEY);
}

function parsed(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept | null;
  } catch {
    return null;
  }
}
