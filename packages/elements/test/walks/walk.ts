/** walk: the stage and a browser of one engine, and all walks in it. */
import { launchBrowser, leftOut, type Browser, type Engine, type LaunchOptions } from '@mfakit/browsers';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { setStage, type Stage } from '../stage.ts';
import { enrollWalks } from './enroll.ts';
import { manageWalks } from './manage.ts';
import { sceneOf, type Scene } from './scene.ts';
import { signInWalks } from './sign-in.ts';

/** Starts server and browser for the tests of a file, and ends them after it. Nothing may complain in any page. */
export function onStage(engine: Engine, options: LaunchOptions = {}): () => Scene {
  let stage: Stage | undefined;
  let browser: Browser | undefined;
  let scene: Scene | undefined;
  beforeAll(async () => {
    [stage, browser] = await Promise.all([setStage(), launchBrowser(engine, options)]);
    scene = sceneOf(stage, browser);
  }, 60_000);
  afterEach(async () => {
    // Answers that are refusals are no complaints: a browser writes a line for each.
    const complaints = (await browser?.complaints())?.filter(({ text }) => !/status of 4\d\d|ERR_INTERNET/.test(text));
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.stop();
  });
  return () => {
    if (scene === undefined) throw new Error('The stage is not set.');
    return scene;
  };
}

/** All of them take minutes: Chromium does always, and `MFAKIT_TEST_LONG=1` takes the others. */
export const TAKES_ALL: boolean = process.env['MFAKIT_TEST_LONG'] === '1';

/** Registers all walks. */
export function walk(engine: Engine): void {
  const why = leftOut(engine);
  describe.skipIf(why !== null)(why === null ? engine : `${engine}: ${why}`, () => {
    const scene = onStage(engine);
    describe.each([
      ['mfa-sign-in', signInWalks],
      ['mfa-enroll', enrollWalks],
      ['mfa-manage and mfa-step-up', manageWalks],
    ] as const)('%s', (_name, walks) => {
      walks(scene);
    });
  });
}
