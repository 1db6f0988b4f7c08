/** watch: what a page must never do, noticed wherever it happens. */
import type { BrowserContext } from 'playwright-core';

/** Complaints of the browser, violations of the content security policy among them. */
export function watch(context: BrowserContext): readonly string[] {
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The browser logs every answer of 400 and more; a refusal of the servers' routes is no fault of a page.
    const { url } = message.location();
    if (message.text().startsWith('Failed to load resource') && new URL(url).pathname.startsWith('/api/')) return;
    complaints.push(`${url}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
