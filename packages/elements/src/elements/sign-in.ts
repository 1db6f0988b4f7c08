/** mfa-sign-in: the second step of a sign-in. */
import type { SignInWords } from '../words/words.ts';
import { signIn, type Begun, type SignInMachine, type SignInState } from '../machines/sign-in.ts';
import { answerForm } from '../parts/answer-form.ts';
import { browserName } from '../parts/browser-name.ts';
import { lockSentence, warnSoon } from '../parts/countdown.ts';
import { h, newId, type Child } from '../parts/h.ts';
import { heading, link, loading, message, type View } from '../parts/view.ts';
import { count, sentence } from '../words/say.ts';
import { MfaElement, type ElementSpeaker } from './mfa-element.ts';
import { configure, currentSettings, type ElementsOptions } from './settings.ts';

/** What `mfa-done` of a sign-in tells; `null`: its answer was lost, and the sign-in is complete all the same. */
export interface SignInDone {
  /** The kind of factor that was used. */
  readonly method: string | null;
  /** Backup codes that are left: offer new ones when this is low. */
  readonly backupCodesRemaining: number | null;
}

/**
 * Asks for a second factor. Set `begun`, the reply of your login route. Attributes: `sign-in-url`, `help-url`,
 * `heading-level`. Tells `mfa-done` ({@link SignInDone}) and `mfa-expired`.
 */
export class SignInElement extends MfaElement<SignInState, SignInMachine> {
  #begun: Begun | null = null;

  get begun(): Begun | null {
    return this.#begun;
  }
  set begun(begun: Begun | null) {
    this.#begun = begun;
    this.restart();
  }

  protected override start(): SignInMachine | null {
    if (this.#begun === null) return null;
    const { client, passkeys } = currentSettings();
    return signIn({ client, passkeys, begun: this.#begun, browserName: browserName(navigator.userAgent) });
  }

  protected override changed(state: SignInState): void {
    if (state.step === 'done') {
      this.tell('mfa-done', { method: state.method, backupCodesRemaining: state.backupCodesRemaining });
    } else if (state.step === 'expired') this.tell('mfa-expired');
  }

  protected override draw(state: SignInState, machine: SignInMachine): View<SignInState> {
    const { speaker, level } = this;
    const { signIn: words, shared } = speaker.words;
    const back = this.getAttribute('sign-in-url');
    switch (state.step) {
      case 'asking':
        return this.#asking(state, machine);
      case 'locked': {
        const top = heading(level, words.locked);
        const { node: told, end } = lockSentence(state.until, speaker, this.say);
        const node = h('div', { class: 'mfa-view' }, top, told, link(words.back, back));
        return {
          node,
          heading: top,
          end: () => {
            end?.();
            this.say(end === undefined ? '' : shared.unlocked);
          },
        };
      }
      case 'expired':
        return message(level, words.title, sentence(state.told, speaker), link(shared.signIn, back));
      case 'done':
        return loading(speaker);
    }
  }

  #asking(state: SignInState & { step: 'asking' }, machine: SignInMachine): View<SignInState> {
    const { speaker } = this;
    const { signIn: words, shared } = speaker.words;
    const top = heading(this.level, words.title);
    const trust = trustBox(state.trustDays, words, speaker);
    const answer = answerForm({
      speaker,
      question: state,
      submit: shared.continue,
      intro: words.intro,
      // A backup code trusts no browser.
      between: (way) => [way !== 'backup_code' && trust?.node],
      below: [link(words.help, this.getAttribute('help-url')), link(words.back, this.getAttribute('sign-in-url'))],
      onAnswer: (given) => void machine.answer(given, { trust: trust?.box.checked === true }),
      onWay: (way) => machine.choose(way),
    });
    return {
      node: h('div', { class: 'mfa-view' }, top, answer.node),
      heading: top,
      update: (next) => {
        if (next.step === 'asking') answer.update(next);
      },
      end: warnSoon(state.endsAt, speaker, this.say),
    };
  }
}

function trustBox(
  days: number | null,
  words: SignInWords,
  { lang }: ElementSpeaker,
): { readonly node: Child; readonly box: HTMLInputElement } | null {
  if (days === null) return null;
  const id = newId();
  const box = h('input', { type: 'checkbox', id, class: 'mfa-check', 'aria-describedby': `${id}-hint` });
  const label = h('label', { for: id, class: 'mfa-label' }, count(words.trust, days, lang));
  const hint = h('p', { id: `${id}-hint`, class: 'mfa-hint' }, words.trustHint);
  return { box, node: h('div', { class: 'mfa-field' }, h('div', { class: 'mfa-row' }, box, label), hint) };
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-sign-in': SignInElement;
  }
}

/** Defines `mfa-sign-in` alone. */
export function defineSignIn(options: ElementsOptions<'shared' | 'refusals' | 'signIn'>): void {
  configure(options);
  if (customElements.get('mfa-sign-in') === undefined) customElements.define('mfa-sign-in', SignInElement);
}
