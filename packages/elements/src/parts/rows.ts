/** Rows: lists that are drawn anew, and keep the focus of whoever works in them. */
import { button, h, type Child } from './h.ts';

/** One row. Its buttons are found again by `data-key`. */
export interface Row {
  readonly title: string;
  readonly details: readonly string[];
  readonly action?: HTMLButtonElement | undefined;
}

/** A list; `empty` says that there is nothing in it. */
export function rows(list: readonly Row[], empty = ''): HTMLElement {
  if (list.length === 0) return h('p', { class: 'mfa-hint' }, empty);
  const items = list.map(({ title, details, action }) => {
    const lines: readonly Child[] = details.map((detail) => h('span', { class: 'mfa-hint' }, detail));
    return h('li', { class: 'mfa-item' }, h('div', {}, h('strong', {}, h('bdi', {}, title)), ...lines), action);
  });
  return h('ul', { class: 'mfa-rows' }, ...items);
}

/** A button that is found again by its key once the rows were drawn anew. */
export function keyedButton(key: string, label: string, work: () => void): HTMLButtonElement {
  const made = button(label, work);
  made.dataset['key'] = key;
  return made;
}

/**
 * Draws something anew. The focus stays on the same button; if that is gone, the next one that was after it has it, or else
 * the heading.
 */
export function keepFocus(within: HTMLElement, heading: HTMLElement, redraw: () => void): void {
  const active = within.contains(document.activeElement) ? document.activeElement : null;
  const key = keyOf(active);
  const keys = [...within.querySelectorAll<HTMLElement>('[data-key]')].map(keyOf);
  redraw();
  if (active === null || within.contains(active)) return;
  const wanted = key === undefined ? [] : keys.slice(keys.indexOf(key));
  const left = [...within.querySelectorAll<HTMLElement>('[data-key]')];
  const next = wanted.map((one) => left.find((element) => keyOf(element) === one)).find((found) => found !== undefined);
  (next ?? heading).focus();
}

function keyOf(element: Element | null): string | undefined {
  return (element as HTMLElement | null)?.dataset['key'];
}
