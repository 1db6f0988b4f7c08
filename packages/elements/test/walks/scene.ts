/** Scene: one person at one page of the stage. */
import type { Browser, Page } from '@mfakit/browsers';
import type { EnrolledUser } from '@mfakit/testkit';
import type { Stage } from '../stage.ts';

/** An element of ours. */
type ElementName = 'mfa-sign-in' | 'mfa-enroll' | 'mfa-manage' | 'mfa-step-up';

/** How the bare page shows it. */
export interface Shown {
  /** The user is at the second step: the page asks the login route first. */
  readonly login?: boolean;
  readonly kinds?: string;
  /** `pseudo`: words in which nothing is English. */
  readonly words?: 'pseudo';
  readonly dir?: 'rtl';
  readonly width?: number;
}

/** The stage, and whoever looks at it. */
export interface Scene {
  readonly stage: Stage;
  readonly browser: Browser;
  /** A name that nobody had before. */
  readonly newName: () => string;
  /** Somebody new who has an authenticator app. */
  readonly newUser: () => Promise<EnrolledUser>;
  readonly show: (element: ElementName, user: string, shown?: Shown) => Promise<Page>;
}

/** Sets it. */
export function sceneOf(stage: Stage, browser: Browser): Scene {
  let people = 0;
  const newName = (): string => `person-${browser.engine}-${(people += 1)}`;
  return {
    stage,
    browser,
    newName,
    newUser: () => stage.enroll(newName()),
    async show(element, user, { login, kinds, words, dir, width = 420 } = {}) {
      const query = new URLSearchParams({
        element,
        user,
        ...(login === true && { login: '1' }),
        ...(kinds !== undefined && { kinds }),
        ...(words !== undefined && { words }),
        ...(dir !== undefined && { dir }),
      });
      const page = await browser.open(`${stage.url}/?${query.toString()}`, { width, height: 900 });
      await page.until(
        `${element} has drawn itself`,
        `(name) => {
          const element = document.querySelector(name);
          return element !== null && (element.textContent !== '' || name === 'mfa-step-up');
        }`,
        element,
      );
      return page;
    },
  };
}

/** What the elements of a page have told it, in order. */
export function toldBy(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>('() => told');
}

/** The line that screen readers read out. */
export function liveLine(page: Page): Promise<string> {
  return page.evaluate<string>(`() => document.querySelector('.mfa-live').textContent`);
}

/** The URI in the QR code on the page, as the link for phones has it. */
export function uriOn(page: Page): Promise<string> {
  return page.evaluate<string>(`() => document.querySelector('a[href^="otpauth:"]').href`);
}

/** The backup codes on the page. */
export function codesOn(page: Page): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>(
    `() => [...document.querySelectorAll('.mfa-codes li')].map((item) => item.textContent)`,
  );
}

/** What is wrong with a field, as assistive technology is told; `null`: nothing. */
export function complaintAt(page: Page, name: string): Promise<string | null> {
  return page.evaluate<string | null>(
    `(name) => {
      const input = document.querySelector('input[name="' + name + '"]');
      if (input.getAttribute('aria-invalid') !== 'true') return null;
      const [id] = input.getAttribute('aria-describedby').split(' ');
      return document.getElementById(id).textContent;
    }`,
    name,
  );
}
