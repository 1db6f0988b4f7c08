/** View: what one step looks like, and the parts that all steps share. */
import type { Speaker } from '../words/say.ts';
import { button, h, type Child } from './h.ts';

/** One step on the page. */
export interface View<State> {
  readonly node: HTMLElement;
  /** Gets the focus when the step comes up. */
  readonly heading?: HTMLElement;
  update?(state: State): void;
  /** Nothing of it is on the page any more. */
  end?(): void;
}

/** @param level - 1 to 6 */
export function heading(level: number, content: string): HTMLHeadingElement {
  return h(
    `h${Math.min(Math.max(level, 1), 6) as 1 | 2 | 3 | 4 | 5 | 6}`,
    { class: 'mfa-heading', tabindex: -1 },
    content,
  );
}

/** A paragraph. */
export function text(content: string, looks = 'mfa-text'): HTMLParagraphElement {
  return h('p', { class: looks }, content);
}

/** A link that looks like one; none without an address. */
export function link(content: string, href: string | null): Child {
  return href !== null && h('a', { class: 'mfa-link', href }, content);
}

/** A sentence under a heading, and what to do. */
export function message<State>(
  level: number,
  title: string,
  content: string,
  ...actions: readonly Child[]
): View<State> {
  const top = heading(level, title);
  const node = h('div', { class: 'mfa-view' }, top, text(content), h('div', { class: 'mfa-actions' }, ...actions));
  return { node, heading: top };
}

/** Nothing at first: most answers come at once. */
const PATIENCE_MS = 300;

/** Something is loading. */
export function loading<State>({ words }: Speaker): View<State> {
  const node = h('p', { class: 'mfa-view mfa-loading' });
  const timer = setTimeout(() => {
    node.textContent = words.shared.loading;
  }, PATIENCE_MS);
  return { node, end: () => clearTimeout(timer) };
}

/** A button that tries again. */
export function retry({ words }: Speaker, onclick: () => void): HTMLButtonElement {
  return button(words.shared.tryAgain, onclick, 'mfa-button mfa-primary');
}
