/** Press: a button that asks the server for something, and says beside it what came of it. The focus stays where it is. */
import { sentenceOf } from './sentences.ts';

/** What a button does. */
export interface Press<T> {
  readonly button: HTMLButtonElement;
  /** A live region beside it. */
  readonly result: HTMLElement;
  readonly request: () => Promise<T>;
  /** Draws the answer. @returns what to say */
  readonly done: (answer: T) => string;
  /** The answer may have been lost, and not the request: looks how things are now. */
  readonly failed: () => Promise<void>;
}

/** Does it at each press; a second press before the answer does nothing. */
export function onPress<T>({ button, result, request, done, failed }: Press<T>): void {
  button.disabled = false;
  let isUnderWay = false;
  const press = async (): Promise<void> => {
    tellResult(result, '');
    try {
      const answer = await request();
      keepFocus(button);
      tellResult(result, done(answer));
    } catch (error) {
      keepFocus(button);
      tellResult(result, sentenceOf(error), 'bad');
      await failed().catch(() => undefined);
    }
  };
  button.addEventListener('click', () => {
    if (isUnderWay || button.ariaDisabled === 'true') return;
    isUnderWay = true;
    button.ariaBusy = 'true';
    void press().finally(() => {
      isUnderWay = false;
      button.ariaBusy = null;
    });
  });
}

/** Says something in a live region. */
export function tellResult(result: HTMLElement, sentence: string, how: 'good' | 'bad' = 'good'): void {
  result.classList.toggle('bad', how === 'bad');
  result.textContent = sentence;
}

/** Shows or hides a button. One that has the focus stays until the focus goes on, and does nothing. */
export function offer(button: HTMLButtonElement, offered: boolean): void {
  if (offered || document.activeElement !== button) {
    button.hidden = !offered;
    button.ariaDisabled = null;
    return;
  }
  button.ariaDisabled = 'true';
  const leave = (): void => {
    if (button.ariaDisabled === 'true') button.hidden = true;
  };
  button.addEventListener('blur', leave, { once: true });
}

/** A step-up in between has taken the focus; nobody else has. */
function keepFocus(button: HTMLButtonElement): void {
  const { activeElement } = document;
  if (activeElement === document.body || activeElement instanceof HTMLHeadingElement) button.focus();
}
