/** h: makes an element. Texts stay texts: nothing is ever read as markup. */

/** A text, an element, or nothing. */
export type Child = Node | string | null | false | undefined;

/** Attributes; `true` is one without a value, `false` none; `onclick` and the like are listeners. */
export type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

/** @param tag - such as `button` */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

let last = 0;

/** An id that no other element of the page has. */
export function newId(): string {
  last += 1;
  return `mfa-${last}`;
}

/** A button that is no submit button. */
export function button(text: string, onclick: () => void, looks = 'mfa-button'): HTMLButtonElement {
  return h('button', { type: 'button', class: looks, onclick }, text);
}

/** A button that copies a text; none where the browser has no clipboard, such as without HTTPS. */
export function copyButton(label: string, copied: string, onCopied: () => void): Child {
  const { clipboard } = navigator as Partial<Navigator>;
  // Refused by the browser, the text is still on the page.
  return clipboard && button(label, () => void clipboard.writeText(copied).then(onCopied, () => undefined));
}

/** Text that runs left to right, whatever the language around it: codes, keys. */
export function ltr(text: string, looks: string): HTMLElement {
  return h('bdi', { dir: 'ltr', class: looks }, text);
}
