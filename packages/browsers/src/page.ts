/** pageOver: makes a page of what an engine does for it. */
import type { Focused, Json, Page, Tab, Target } from './browser.ts';
import { ELEMENTS } from './in-page.ts';

const LIMIT_MS = 10_000;
const PAUSE_MS = 50;

const COUNT = `(target) => { ${ELEMENTS} return find(target).length; }`;
const FIRST = `(target) => { ${ELEMENTS} return find(target)[0]; }`;
const TEXT = `(target) => { ${ELEMENTS} return find(target)[0].innerText; }`;
const FOCUSED = `() => {
  ${ELEMENTS}
  const element = document.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return null;
  return { tag: element.localName, id: element.id, name: nameOf(element) };
}`;
const SELECT = '() => document.activeElement.select()';
const FORGET = '() => { localStorage.clear(); sessionStorage.clear(); }';

/**
 * Makes a page.
 * @param limitMs - how long it waits for anything
 */
export function pageOver(tab: Tab, limitMs: number = LIMIT_MS): Page {
  async function evaluate<T>(source: string, ...args: readonly Json[]): Promise<T> {
    return (await tab.evaluate(source, args)) as T;
  }

  async function until(what: string, source: string, ...args: readonly Json[]): Promise<void> {
    const deadline = Date.now() + limitMs;
    let cause: unknown;
    do {
      try {
        if (await tab.evaluate(source, args)) return;
        cause = undefined;
      } catch (error) {
        // Perhaps the page is on its way to another one.
        cause = error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    } while (Date.now() < deadline);
    throw new Error(`Not within ${limitMs / 1000} seconds: ${what}`, { cause });
  }

  const only = (target: Target): Promise<void> =>
    until(`one ${JSON.stringify(target)} is there`, `(target) => (${COUNT})(target) === 1`, target);

  async function click(target: Target): Promise<void> {
    await only(target);
    await tab.clickOn(FIRST, [target]);
  }

  async function clear(target: Target): Promise<void> {
    await click(target);
    await evaluate(SELECT);
    await tab.press('Backspace');
  }

  return {
    ...tab,
    evaluate,
    until,
    click,
    clear,
    sees: (target) => until(`${JSON.stringify(target)} is there`, `(target) => (${COUNT})(target) > 0`, target),
    count: (target) => evaluate(COUNT, target),
    async text(target) {
      await only(target);
      return evaluate(TEXT, target);
    },
    async fill(target, text) {
      await clear(target);
      await tab.type(text);
    },
    focused: () => evaluate<Focused | null>(FOCUSED),
    async forget() {
      await tab.deleteCookies();
      await evaluate(FORGET);
    },
  };
}
