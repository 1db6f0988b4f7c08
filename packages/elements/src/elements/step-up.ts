/** mfa-step-up: a dialog in front of something sensitive. */
import { stepUp, type StepUpMachine, type StepUpReason, type StepUpState } from '../machines/step-up.ts';
import { answerForm } from '../parts/answer-form.ts';
import { lockSentence } from '../parts/countdown.ts';
import { button, h, newId } from '../parts/h.ts';
import { heading, link, loading, retry, text, type View } from '../parts/view.ts';
import { isSignedOut } from '../machines/told.ts';
import { sentence } from '../words/say.ts';
import { MfaElement } from './mfa-element.ts';
import { configure, currentSettings, type ElementsOptions } from './settings.ts';

/**
 * Asks for a second factor in a dialog when {@link StepUpElement.ask} is called, and is nothing to see before. Attributes:
 * `sign-in-url`, `heading-level`.
 */
export class StepUpElement extends MfaElement<StepUpState, StepUpMachine> {
  /** @returns whether somebody proved to be the user; false: they cancelled */
  async ask(reason: StepUpReason = {}): Promise<boolean> {
    return (await this.machine?.ask(reason)) === true;
  }

  protected override start(): StepUpMachine {
    const { client, passkeys } = currentSettings();
    return stepUp({ client, passkeys });
  }

  /** One dialog for all steps, so that the focus comes back to where it was. */
  protected override keyOf(state: StepUpState): string {
    return state.step === 'idle' ? 'idle' : 'open';
  }

  protected override draw(state: StepUpState, machine: StepUpMachine): View<StepUpState> {
    if (state.step === 'idle') return { node: h('div') };
    const { speaker, level } = this;
    const { stepUp: words } = speaker.words;
    const top = heading(level, words.title);
    top.id = newId();
    const body = h('div', { class: 'mfa-view' });
    const dialog = h(
      'dialog',
      {
        class: 'mfa-dialog',
        'aria-labelledby': top.id,
        oncancel(event) {
          event.preventDefault();
          machine.cancel();
        },
      },
      top,
      body,
    );
    // Nothing outside of a modal dialog is read out.
    dialog.append(this.live ?? '');
    let inner: (View<StepUpState> & { readonly step: string }) | null = null;
    return {
      node: dialog,
      update: (next) => {
        if (next.step === inner?.step) inner.update?.(next);
        else {
          inner?.end?.();
          inner = { ...this.#step(next, machine), step: next.step };
          body.replaceChildren(inner.node);
          // What had the focus is gone with the step before.
          if (dialog.open) top.focus();
        }
        if (next.step !== 'idle' && !dialog.open && dialog.isConnected) {
          dialog.showModal();
          top.focus();
        }
      },
      end: () => {
        inner?.end?.();
        // While it is on the page, so that the focus goes back to where it was.
        dialog.close();
        this.append(this.live ?? '');
      },
    };
  }

  #step(state: StepUpState, machine: StepUpMachine): View<StepUpState> {
    const { speaker } = this;
    const { stepUp: words, shared } = speaker.words;
    const cancel = (): HTMLButtonElement => button(shared.cancel, () => machine.cancel());
    const why = (reason: string | null): HTMLElement => text(reason ?? words.reason);
    switch (state.step) {
      case 'idle':
      case 'loading': {
        const wait = loading<StepUpState>(speaker);
        return {
          ...wait,
          node: h('div', { class: 'mfa-view' }, wait.node, h('div', { class: 'mfa-actions' }, cancel())),
        };
      }
      case 'asking': {
        const answer = answerForm({
          speaker,
          question: state,
          submit: words.confirm,
          beside: [cancel()],
          onAnswer: (given) => void machine.answer(given),
          onWay: (way) => machine.chooseWay(way),
        });
        const close = state.way === null && cancel();
        return {
          node: h('div', { class: 'mfa-view' }, why(state.reason), answer.node, close),
          update: (next) => {
            if (next.step === 'asking') answer.update(next);
          },
        };
      }
      case 'locked': {
        const { node: told, end } = lockSentence(state.until, speaker, this.say);
        return {
          node: h('div', { class: 'mfa-view' }, told, h('div', { class: 'mfa-actions' }, cancel())),
          ...(end && { end }),
        };
      }
      case 'failed': {
        const again = isSignedOut(state.told)
          ? link(shared.signIn, this.getAttribute('sign-in-url'))
          : state.told.code !== 'not_enabled' && retry(speaker, () => void machine.retry());
        const told = h('p', { class: 'mfa-alert', role: 'alert' }, sentence(state.told, speaker));
        return { node: h('div', { class: 'mfa-view' }, told, h('div', { class: 'mfa-actions' }, again, cancel())) };
      }
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-step-up': StepUpElement;
  }
}

/** Defines `mfa-step-up` alone. */
export function defineStepUp(options: ElementsOptions<'shared' | 'refusals' | 'stepUp'>): void {
  configure(options);
  if (customElements.get('mfa-step-up') === undefined) customElements.define('mfa-step-up', StepUpElement);
}
