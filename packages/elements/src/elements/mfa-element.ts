/** MfaElement: what all elements have in common: a machine under them, one step at a time, and a line that is read out. */
import type { Machine } from '../machines/machine.ts';
import { h } from '../parts/h.ts';
import type { View } from '../parts/view.ts';
import { languageOf, type Speaker } from '../words/say.ts';
import type { Words } from '../words/words.ts';
import { currentSettings } from './settings.ts';

/** Outside browsers there are no elements: importing them does nothing there. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (Object as unknown as typeof HTMLElement);

/** Of an element. */
export interface ElementSpeaker extends Speaker {
  readonly words: Words;
}

/** An element in the light DOM. It draws itself anew when its machine comes to another step. */
export abstract class MfaElement<State extends { readonly step: string }, M extends Machine<State>> extends Base {
  #machine: M | null = null;
  #view: View<State> | null = null;
  #key = '';
  /** Whether something else than `loading` was drawn: from then on a new step takes the focus. */
  #begun = false;
  readonly #content: HTMLElement | null = globalThis.document ? h('div', { class: 'mfa-content' }) : null;
  readonly #live: HTMLElement | null = globalThis.document ? h('p', { class: 'mfa-live', role: 'status' }) : null;

  /** Makes the machine; `null`: a property that it needs is not set yet. */
  protected abstract start(): M | null;
  protected abstract draw(state: State, machine: M): View<State>;

  /** Steps with the same key are one view, which is brought up to date. */
  protected keyOf(state: State): string {
    return state.step;
  }

  /** After each change, once it is drawn. */
  protected changed(_state: State, _machine: M): void {}

  /** The machine that runs now. */
  protected get machine(): M | null {
    return this.#machine;
  }

  /** The line that screen readers read out. */
  protected get live(): HTMLElement | null {
    return this.#live;
  }

  /** What its sentences are made with. */
  protected get speaker(): ElementSpeaker {
    const { app, words } = currentSettings();
    return { app, words, lang: languageOf(this.closest<HTMLElement>('[lang]')?.lang, navigator.language) };
  }

  /** Of its headings; 2 if the attribute says nothing. */
  protected get level(): number {
    return Number(this.getAttribute('heading-level') ?? 2) || 2;
  }

  /** Lets the first step take the focus, too: the element comes in place of something that had it. */
  takeFocus(): void {
    this.#begun = true;
  }

  /** Says something in the line that screen readers read out. */
  protected say = (sentence: string): void => {
    if (this.#live !== null) this.#live.textContent = sentence;
  };

  /** Tells the page; the event bubbles. */
  protected tell(name: string, detail: object = {}): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  /** Begins anew, such as after a property was set. */
  protected restart(): void {
    this.#end();
    if (!this.isConnected || this.#content === null || this.#live === null) return;
    const machine = this.start();
    if (machine === null) return;
    if (!this.contains(this.#content)) this.replaceChildren(this.#content, this.#live);
    this.#machine = machine;
    machine.subscribe((state) => this.#show(state, machine));
  }

  connectedCallback(): void {
    // What a page set before the element was defined hides the property of its class.
    for (const name of Object.keys(this)) {
      const value: unknown = Reflect.get(this, name);
      if (!(name in Object.getPrototypeOf(this))) continue;
      Reflect.deleteProperty(this, name);
      Reflect.set(this, name, value);
    }
    addEventListener('pagehide', this.#wipe);
    addEventListener('pageshow', this.#wake);
    if (this.#machine === null) this.restart();
  }

  disconnectedCallback(): void {
    // Moved in the page it is back before this: what was typed stays.
    queueMicrotask(() => {
      if (this.isConnected) return;
      removeEventListener('pagehide', this.#wipe);
      removeEventListener('pageshow', this.#wake);
      this.#end();
    });
  }

  /** Browsers keep pages for the back button: no secret waits in one. */
  readonly #wipe = (): void => this.#end();
  readonly #wake = (): void => {
    if (this.#machine === null) this.restart();
  };

  #show(state: State, machine: M): void {
    const key = this.keyOf(state);
    if (key === this.#key && this.#view !== null) this.#view.update?.(state);
    else {
      this.#view?.end?.();
      this.#key = key;
      this.#view = this.draw(state, machine);
      this.#content?.replaceChildren(this.#view.node);
      this.#view.update?.(state);
      if (this.#begun && state.step !== 'loading') this.#view.heading?.focus();
      if (state.step !== 'loading') this.#begun = true;
    }
    this.changed(state, machine);
  }

  #end(): void {
    this.#machine?.destroy();
    this.#machine = null;
    this.#view?.end?.();
    this.#view = null;
    this.#key = '';
    this.#content?.replaceChildren();
    this.say('');
  }
}
