/** Axe: accessibility rules, run inside the page. */
import { accessibilityFindings } from '@mfakit/browsers';
import type { Page } from 'playwright-core';

/** What to look for: contrast depends on light and dark, everything else does not. */
export type Rules = 'all' | 'contrast';

/** Findings that are serious or critical, each in one line. */
export async function seriousFindings(page: Page, rules: Rules): Promise<readonly string[]> {
  const evaluate = <T>(source: string, ...args: readonly unknown[]): Promise<T> =>
    page.evaluate<T>(`(${source})(...${JSON.stringify(args)})`);
  const findings = await accessibilityFindings({ evaluate }, rules === 'contrast' ? ['color-contrast'] : []);
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, elements }) => `${id}: ${help}: ${elements.join(' ')}`);
}
