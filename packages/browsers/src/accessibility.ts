/** accessibilityFindings: axe's rules, run inside a page. */
import axe from 'axe-core';
import type { Page } from './browser.ts';

/** A rule that is broken. */
export interface Finding {
  /** The rule's name, such as `label`. */
  readonly id: string;
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical';
  readonly help: string;
  /** The elements, as HTML. */
  readonly elements: readonly string[];
}

const RUN = `async (options) => {
  const { violations } = await axe.run(options);
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, elements: nodes.map(({ html }) => html) }));
}`;

/**
 * Checks all rules of axe, or those that are named. A strict content security policy does not stop it: nothing is added
 * to the page.
 */
export async function accessibilityFindings(
  page: Pick<Page, 'evaluate'>,
  only: readonly string[] = [],
): Promise<readonly Finding[]> {
  if (!(await page.evaluate<boolean>(`() => 'axe' in window`))) await page.evaluate(`() => { ${axe.source} }`);
  const options = { resultTypes: ['violations'], ...(only.length > 0 && { runOnly: only }) };
  return page.evaluate(RUN, options);
}
