/** Engines: which browsers there are, what each of them can do, and whether it is on this machine. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A browser engine. */
export type Engine = 'chromium' | 'firefox' | 'webkit';

/** What a walk may ask of a page. */
export interface Abilities {
  /** Whether pages can lose the network: `page.setOffline`. */
  readonly offline: boolean;
  /** Whether there are passkeys: `page.addAuthenticator`. */
  readonly passkeys: boolean;
  /** Whether a page can show itself otherwise after it was opened: `page.setDisplay`. */
  readonly setDisplay: boolean;
  readonly forcedColors: boolean;
}

/** What each engine can do. WebKitGTK has no `PublicKeyCredential`, and takes its display from GTK when it starts. */
export const ABILITIES: Readonly<Record<Engine, Abilities>> = {
  chromium: { offline: true, passkeys: true, setDisplay: true, forcedColors: true },
  firefox: { offline: true, passkeys: true, setDisplay: true, forcedColors: true },
  webkit: { offline: false, passkeys: false, setDisplay: false, forcedColors: false },
};

/** All engines. */
export const ENGINES: readonly Engine[] = ['chromium', 'firefox', 'webkit'];

/** What an engine is made of that no registry package contains, by its Debian package. */
const PROGRAMS: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
  chromium: {},
  firefox: { 'firefox-esr': 'firefox-esr' },
  webkit: { WebKitWebDriver: 'webkit2gtk-driver', Xvfb: 'xvfb' },
};

/**
 * Tells whether an engine can be started here.
 * @param find - where a program is
 * @returns `null` if it can, else what is missing, for the title of the tests that are skipped
 * @throws {Error} in CI, where no engine may be missing
 */
export function missingEngine(engine: Engine, find: (program: string) => string | null = programPath): string | null {
  for (const [program, debianPackage] of Object.entries(PROGRAMS[engine])) {
    if (find(program) !== null) continue;
    const reason = `there is no ${program}; on Debian: apt-get install ${debianPackage}`;
    if (process.env['CI'] === 'true') throw new Error(`Tests in ${engine} cannot run: ${reason}.`);
    return reason;
  }
  return null;
}

/** Where a program is, or `null`. */
export function programPath(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const folder = folders.find((each) => each !== '' && existsSync(join(each, program)));
  return folder === undefined ? null : join(folder, program);
}
