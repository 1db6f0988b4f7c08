/** Axe: accessibility rules, run inside the page. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What to look for: contrast depends on light and dark, everything else does not. */
export type Rules = 'all' | 'contrast';

/** Findings that are serious or critical, each in one line. */
export async function seriousFindings(page: Page, rules: Rules): Promise<readonly string[]> {
  // Through the debugger: a script tag would be against the policy of the page.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], ...(rules === 'contrast' && { runOnly: ['color-contrast'] }) };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}
