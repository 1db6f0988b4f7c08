/** The page at hand: finding its elements, showing its steps, saying what happened. */

import { ClientProblem } from './api.ts';
import { sentenceOf } from './sentences.ts';

/** The element with an id that the page's markup is known to hold. */
export function element<T extends HTMLElement = HTMLElement>(id: string, type?: new () => T): T {
  const found = document.getElementById(id);
  if (found === null || (type !== undefined && !(found instanceof type))) throw new Error(`The page has no ${id}.`);
  return found as T;
}

/** A descendant by its class. */
export function part(parent: ParentNode, className: string): HTMLElement {
  const found = parent.querySelector<HTMLElement>(`.${className}`);
  if (found === null) throw new Error(`There is no ${className}.`);
  return found;
}

/** A copy of a template's one element. */
export function copyOf(templateId: string): HTMLElement {
  const copy = element(templateId, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`The template ${templateId} is empty.`);
  return copy;
}

/** Shows one step of the page. Its heading gets the focus, so that a screen reader reads it out. */
export function showStep(name: string): void {
  for (const step of document.querySelectorAll<HTMLElement>('[data-step]')) {
    step.hidden = step.dataset['step'] !== name;
    const heading = step.querySelector('h1');
    if (step.hidden || heading === null) continue;
    document.title = `${heading.textContent} – Acme`;
    heading.focus();
  }
}

/** Says something in the live region at the foot of the page. */
export function say(sentence: string): void {
  element('status').textContent = sentence;
}

/** Runs a page's own work when its script loads; what goes wrong is said rather than lost. */
export function run(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    say(sentenceOf(error));
    // Anything but a refusal or a lost connection is a fault of the page.
    if (!(error instanceof ClientProblem || error instanceof TypeError)) throw error;
  });
}

/** Does something at each click. A button that must not be pressed before is disabled in the markup. */
export function onClick(button: HTMLElement, work: () => Promise<void> | void): void {
  if (button instanceof HTMLButtonElement) button.disabled = false;
  button.addEventListener('click', () => run(async () => work()));
}

/** An instant in the reader's own words and zone. */
export function inWords(instant: string | Date): string {
  return new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
