/** Settings: what all elements of a page share. */
import type { PasskeyClient } from '@mfakit/http/client/passkeys';
import type { Passkeys } from '../machines/passkeys.ts';
import type { Words } from '../words/words.ts';

/** What `define` takes. */
export interface ElementsOptions<Groups extends keyof Words = keyof Words> {
  readonly client: PasskeyClient;
  /** What people call the application. */
  readonly app: string;
  /** One language, such as `en`. */
  readonly words: Pick<Words, Groups>;
  /** Default: the browser's own. */
  readonly passkeys?: Passkeys | undefined;
}

/** The words of every element: those of the groups that it has were given when it was defined. */
type Settings = Omit<ElementsOptions, 'words'> & { readonly words: Words };

let settings: Settings | null = null;

/** Sets them; the words of several elements come together. */
export function configure<Groups extends keyof Words>(options: ElementsOptions<Groups>): void {
  // Each element asks for the groups that it needs by its own `define`.
  settings = { ...options, words: { ...settings?.words, ...options.words } as Words };
}

/** Those of this page. */
export function currentSettings(): Settings {
  if (settings === null) throw new Error('Call define() before an element is used.');
  return settings;
}
