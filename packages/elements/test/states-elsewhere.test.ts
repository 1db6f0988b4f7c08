/** Every state in the other engines, light and dark: axe finds nothing, and a phone shows all of it. */
import { accessibilityFindings, leftOut, type Display } from '@mfakit/browsers';
import { describe, expect, test } from 'vitest';
import { STATES } from './walks/states.ts';
import { onStage } from './walks/walk.ts';

const SIDEWAYS = `() => document.documentElement.scrollWidth - document.documentElement.clientWidth`;

/** Rules that another display could break. */
const RULES: Readonly<Record<NonNullable<Display['colorScheme']>, readonly string[]>> = {
  light: [],
  dark: ['color-contrast'],
};

describe.each(['firefox', 'webkit'] as const)('%s', (engine) => {
  describe.skipIf(leftOut(engine) !== null).each(['light', 'dark'] as const)('%s', (colorScheme) => {
    const scene = onStage(engine, { display: { colorScheme } });
    test.each(Object.entries(STATES))('%s', { timeout: 60_000 }, async (_name, bring) => {
      const page = await bring(scene(), {});
      expect(await page.evaluate(`() => matchMedia('(prefers-color-scheme: ${colorScheme})').matches`)).toBe(true);
      expect(await accessibilityFindings(page, RULES[colorScheme])).toEqual([]);
      await page.setViewport({ width: 320, height: 900 });
      expect(await page.evaluate(SIDEWAYS)).toBe(0);
      await page.close();
    });
  });
});
