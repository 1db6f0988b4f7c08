/** scanPages: goes over the records of a store page by page, and notices a scan that goes in a circle. */
import { unsound, type CheckedStore } from './checked-store.ts';
import type { ScanPage } from './store.ts';

/** How many users are read at a time. */
const SCAN_LIMIT = 500;

/**
 * Pages until one is empty: a short one is not the end. A scan that comes round again would never end. Its order is the
 * store's own, so only a page with the same end shows that: one end is remembered, a later one after twice as many pages,
 * so that any circle is found (Brent's method).
 */
export async function* scanPages(
  store: Pick<CheckedStore, 'scan'>,
  { after: first, limit = SCAN_LIMIT, marked }: Partial<ScanPage> = {},
): AsyncGenerator<Awaited<ReturnType<CheckedStore['scan']>>> {
  let after = first;
  let remembered: string | undefined;
  let rememberAt = 1;
  for (let pages = 1; ; pages++) {
    const page = await store.scan({ after, limit, ...(marked && { marked }) });
    after = page.at(-1)?.userId;
    if (after === undefined) return;
    if (after === remembered) throw unsound('scan');
    if (pages === rememberAt) {
      remembered = after;
      rememberAt *= 2;
    }
    yield page;
  }
}
