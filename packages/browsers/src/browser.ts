/** Browser and Page: what walks are written against, whatever the engine. */
import type { Engine } from './engine.ts';

/** What can be handed to a page, and what comes back. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The size of what a page sees, in CSS pixels, at one device pixel each. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** What people have set in their system. */
export interface Display {
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: boolean;
  readonly forcedColors?: boolean;
}

/** An element: by CSS selector, by role and name, or by the text of its label. Names and labels match exactly. */
export type Target = string | { readonly role: string; readonly name?: string } | { readonly label: string };

/** Keys that are pressed rather than typed. */
export type Key =
  | 'Tab'
  | 'Shift+Tab'
  | 'Enter'
  | 'Space'
  | 'Escape'
  | 'Backspace'
  | 'ArrowUp'
  | 'ArrowDown'
  | 'ArrowLeft'
  | 'ArrowRight';

/** Something that a page should not have done. */
export interface Complaint {
  /** `console.error`, an exception or rejection that nobody caught, or a violation of the content security policy. */
  readonly kind: 'console' | 'exception' | 'violation';
  /** Of a violation: the directive and what was blocked. */
  readonly text: string;
  /** The page's address. */
  readonly url: string;
}

/** The element that has the focus. */
export interface Focused {
  /** Such as `input`. */
  readonly tag: string;
  /** Empty if it has none. */
  readonly id: string;
  /** Its accessible name: a label, or the text inside. */
  readonly name: string;
}

/** What a virtual authenticator is like. */
export interface AuthenticatorOptions {
  /** Whether it recognizes its user; default: yes. If not, a page that insists gets `NotAllowedError`. */
  readonly userVerified?: boolean;
}

/** A device that keeps passkeys, inside the browser. */
export interface Authenticator {
  /** The ids of its passkeys, in base64url. */
  credentialIds(): Promise<readonly string[]>;
  setUserVerified(verified: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** A page that somebody looks at. It has the focus of its window whenever something is done in it. */
export interface Page {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  back(): Promise<void>;
  close(): Promise<void>;

  /**
   * Runs a function in the page. A content security policy does not stop it. It sees what is a property of `window`.
   * @param source - a function expression, which may be async
   * @returns what it returns, as JSON
   */
  evaluate<T>(source: string, ...args: readonly Json[]): Promise<T>;
  /**
   * Waits until a function in the page returns something true.
   * @param what - ends the sentence "Not within 10 seconds: …"
   * @throws {Error} after ten seconds
   */
  until(what: string, source: string, ...args: readonly Json[]): Promise<void>;
  /** Waits until a visible element is there. */
  sees(target: Target): Promise<void>;
  /** Counts the visible elements that match now. */
  count(target: Target): Promise<number>;
  /** The text that an element shows. */
  text(target: Target): Promise<string>;

  /** Clicks an element with the mouse, once it is the only visible match. */
  click(target: Target): Promise<void>;
  /** Types into whatever has the focus, key by key. */
  type(text: string): Promise<void>;
  /** Clicks a field, and types in place of what it contains. */
  fill(target: Target, text: string): Promise<void>;
  /** Clicks a field, and deletes what it contains. */
  clear(target: Target): Promise<void>;
  /** Presses keys one after another. */
  press(...keys: readonly Key[]): Promise<void>;
  /** What has the focus; `null` if only the page itself does. */
  focused(): Promise<Focused | null>;

  /** A picture of what the viewport shows: the bytes of a PNG file. */
  screenshot(): Promise<Uint8Array>;
  setViewport(viewport: Viewport): Promise<void>;
  /** @throws {Error} in WebKit: give the display to `launchBrowser` */
  setDisplay(display: Display): Promise<void>;
  /** @throws {Error} in WebKit */
  setOffline(offline: boolean): Promise<void>;
  /** @throws {Error} in WebKit */
  addAuthenticator(options?: AuthenticatorOptions): Promise<Authenticator>;
  /** Removes all cookies and the storage of the page's origin, as if this person had never been here. */
  forget(): Promise<void>;
}

/** A browser with a fresh profile. Its pages share cookies and storage, as the tabs of one person do. */
export interface Browser {
  readonly engine: Engine;
  readonly version: string;
  /** Opens a page; 1280 by 800 unless told otherwise. */
  open(url: string, viewport?: Viewport): Promise<Page>;
  /** What all pages have complained about so far, in order. */
  complaints(): Promise<readonly Complaint[]>;
  /** Ends every process of the browser, and removes its profile. */
  close(): Promise<void>;
}

/** How a browser starts. */
export interface LaunchOptions {
  readonly display?: Display;
  /** How many times slower scripts run than this machine could; Chromium alone can. */
  readonly cpuSlowdown?: number;
}

/** What an engine does for a page. The rest of `Page` is made of this. */
export interface Tab extends Pick<
  Page,
  | 'goto'
  | 'reload'
  | 'back'
  | 'close'
  | 'type'
  | 'press'
  | 'screenshot'
  | 'setViewport'
  | 'setDisplay'
  | 'setOffline'
  | 'addAuthenticator'
> {
  evaluate(source: string, args: readonly Json[]): Promise<unknown>;
  /** Clicks the element that a function in the page returns. */
  clickOn(source: string, args: readonly Json[]): Promise<void>;
  /** Deletes the cookies of the whole browser, or of the page's origin at least. */
  deleteCookies(): Promise<void>;
}
