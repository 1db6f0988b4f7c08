/** Example: what the walk through the pages needs of the server that shows them. */
import type { Application, PageSources } from '@mfakit/example-application';
import type { CodeHasher } from '@mfakit/core';
import { testClock, type TestClock } from '@mfakit/testkit';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '@mfakit/browsers';
import { compilePages } from './compile.ts';

/** A server that the walk started. */
interface StartedExample {
  readonly url: string;
  /** The application in it: brings about what a walk is not about. */
  readonly acme: Application;
  stop(): Promise<void>;
}

/** How the walk starts a server. */
export type StartExample = (options: {
  readonly folder: string;
  readonly port: number;
  readonly demo: boolean;
  readonly sources: PageSources;
  readonly clock: () => number;
  readonly hasher: CodeHasher;
}) => Promise<StartedExample>;

/** A server on a test clock, and a browser to look at it. */
export interface Stage extends Pick<StartedExample, 'url' | 'acme'> {
  readonly clock: TestClock;
  readonly browser: Browser;
  /** The same example without its demo. */
  startWithoutDemo(): Promise<StartedExample>;
  end(): Promise<void>;
}

/** In place of Argon2id, which would take most of the time; the passwords' own stays. */
const quickHasher: CodeHasher = async ({ message, salt, digestBytes }) =>
  createHash('sha256').update(salt).update(message).digest().subarray(0, digestBytes);

/** Sets everything up. */
export async function setStage(start: StartExample): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'mfakit-example-'));
  const sources = compilePages(join(folder, 'scripts'));
  const clock = testClock(Date.now());
  const options = { port: 0, sources, clock, hasher: quickHasher };
  const [browser, server] = await Promise.all([
    launchChromium(),
    start({ ...options, folder: join(folder, 'data'), demo: true }),
  ]);
  return {
    url: server.url,
    acme: server.acme,
    clock,
    browser,
    startWithoutDemo: () => start({ ...options, folder: join(folder, 'plain'), demo: false }),
    async end() {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
