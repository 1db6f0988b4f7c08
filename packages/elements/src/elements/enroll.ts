/** mfa-enroll: adds a passkey or an authenticator app. */
import { enroll, type EnrollMachine, type EnrollState, type Kind } from '../machines/enroll.ts';
import { answerForm } from '../parts/answer-form.ts';
import { backupCodes } from '../parts/backup-codes.ts';
import { warnSoon } from '../parts/countdown.ts';
import { codeField, nameField, passwordField, userNameField } from '../parts/field.ts';
import { form } from '../parts/form.ts';
import { button, copyButton, h, ltr, newId, type Child } from '../parts/h.ts';
import { heading, link, loading, message, text, type View } from '../parts/view.ts';
import { fill, sentence } from '../words/say.ts';
import { kindsOf } from './kinds.ts';
import { MfaElement } from './mfa-element.ts';
import { configure, currentSettings, type ElementsOptions } from './settings.ts';

/** What `mfa-done` of an enrollment tells; `factorId` is `null` if another tab confirmed it. */
export interface EnrollDone {
  /** The factor that is active now. */
  readonly factorId: string | null;
  /** What was added. */
  readonly kind: Kind;
}

/**
 * Adds a factor: for somebody who is signed in, or, with the property `token`, for somebody who must enroll to sign in.
 * Attributes: `kinds` (`passkey totp` by default), `account-name`, `sign-in-url`, `heading-level`. Tells `mfa-done`
 * ({@link EnrollDone}) and `mfa-cancel`.
 */
export class EnrollElement extends MfaElement<EnrollState, EnrollMachine> {
  #token: string | undefined;

  /** Of a forced set-up. Set it before the element is on the page: without one it begins for somebody who is signed in. */
  get token(): string | undefined {
    return this.#token;
  }
  set token(token: string | undefined) {
    this.#token = token;
    this.restart();
  }

  get #accountName(): string {
    return this.getAttribute('account-name') ?? '';
  }

  protected override start(): EnrollMachine {
    const { client, passkeys } = currentSettings();
    return enroll({ client, passkeys, token: this.#token, kinds: kindsOf(this), accountName: this.#accountName });
  }

  protected override changed(state: EnrollState): void {
    if (state.step === 'done') this.tell('mfa-done', { factorId: state.factorId, kind: state.kind });
  }

  /** Ways out. Only somebody who is signed in has anywhere else to go. */
  #cancel(): Child {
    const { cancel } = this.speaker.words.shared;
    return this.#token === undefined && button(cancel, () => this.tell('mfa-cancel'));
  }

  #beside({ others }: { readonly others: boolean }, machine: EnrollMachine): readonly Child[] {
    const { other } = this.speaker.words.enroll;
    return [others && button(other, () => machine.reconsider()), this.#cancel()];
  }

  protected override draw(state: EnrollState, machine: EnrollMachine): View<EnrollState> {
    const { speaker, level } = this;
    const { enroll: words, shared } = speaker.words;
    switch (state.step) {
      case 'loading':
      case 'done':
        return loading(speaker);
      case 'choose':
        return this.#choose(state, machine);
      case 'proof':
        return this.#proof(state, machine);
      case 'scan':
        return this.#scan(state, machine);
      case 'passkey':
        return this.#passkey(state, machine);
      case 'codes':
        return backupCodes({
          speaker,
          level,
          codes: state.codes,
          accountName: this.#accountName,
          say: this.say,
          onSaved: () => machine.finish(),
        });
      case 'failed': {
        const action =
          state.next === 'sign_in'
            ? link(shared.signIn, this.getAttribute('sign-in-url'))
            : button(
                state.next === 'restart' ? shared.startAgain : shared.continue,
                () => void machine.proceed(),
                'mfa-button mfa-primary',
              );
        return message(level, words.ended, sentence(state.told, speaker), action);
      }
    }
  }

  /** Under the heading of somebody who must enroll. */
  #required(): Child {
    const { app, words } = this.speaker;
    return this.#token !== undefined && text(fill(words.enroll.required, { app }));
  }

  #choose(state: EnrollState & { step: 'choose' }, machine: EnrollMachine): View<EnrollState> {
    const { enroll: words } = this.speaker.words;
    const top = heading(this.level, words.title);
    const titles: Readonly<Record<Kind, readonly [string, string]>> = {
      passkey: [words.passkey, words.passkeyHint],
      totp: [words.app, words.appHint],
    };
    const choice = (kind: Kind): HTMLElement => {
      const [title, hint] = titles[kind];
      const looks = h('button', { type: 'button', class: 'mfa-choice', onclick: () => void machine.pick(kind) });
      looks.append(h('strong', {}, title), h('span', { class: 'mfa-hint' }, hint));
      return looks;
    };
    const node = h('div', { class: 'mfa-view' }, top, this.#required(), ...state.kinds.map(choice));
    const cancel = this.#cancel();
    if (cancel instanceof Node) node.append(h('div', { class: 'mfa-actions' }, cancel));
    return { node, heading: top };
  }

  #proof(state: EnrollState & { step: 'proof' }, machine: EnrollMachine): View<EnrollState> {
    const { speaker } = this;
    const { enroll: words, shared } = speaker.words;
    const top = heading(this.level, words.proofTitle);
    const password = state.passwordNeeded ? passwordField(shared) : null;
    const name = state.factorNeeded ? nameField(shared) : null;
    const fields = [name, password].filter((field) => field !== null);
    const beside = this.#beside(state, machine);
    const given = (values: Readonly<Record<string, string>>): { password?: string; label?: string } => ({
      ...(password !== null && { password: values['password'] ?? '' }),
      ...(values['label'] && { label: values['label'] }),
    });
    if (!state.factorNeeded) {
      const made = form({
        speaker,
        fields,
        before: [text(words.proofIntro), userNameField(this.#accountName)],
        beside,
        submit: shared.continue,
        onSubmit: (values) => void machine.prove({ answer: null, ...given(values) }),
      });
      return {
        node: h('div', { class: 'mfa-view' }, top, made.node),
        heading: top,
        update: (next) => {
          if (next.step === 'proof') made.update(next);
        },
      };
    }
    const answer = answerForm({
      speaker,
      question: state,
      accountName: this.#accountName,
      fields,
      beside,
      submit: shared.continue,
      onAnswer: (answered, values) => void machine.prove({ answer: answered, ...given(values) }),
      onWay: (way) => machine.chooseWay(way),
    });
    return {
      node: h('div', { class: 'mfa-view' }, top, text(words.proofIntro), answer.node),
      heading: top,
      update: (next) => {
        if (next.step === 'proof') answer.update(next);
      },
    };
  }

  #scan(state: EnrollState & { step: 'scan' }, machine: EnrollMachine): View<EnrollState> {
    const { speaker } = this;
    const { enroll: words, shared } = speaker.words;
    const top = heading(this.level, words.titleApp);
    const keyId = newId();
    const [open, scan, enter] = words.steps;
    const typed = codeField(shared, false);
    const made = form({
      speaker,
      fields: [typed],
      beside: this.#beside(state, machine),
      submit: state.first ? words.turnOn : words.addApp,
      onSubmit: ({ code = '' }) => void machine.confirm(code),
    });
    const node = h(
      'div',
      { class: 'mfa-view' },
      top,
      this.#required(),
      h(
        'ol',
        { class: 'mfa-steps' },
        h('li', {}, open),
        h(
          'li',
          {},
          scan,
          h('img', { class: 'mfa-picture', src: state.picture, alt: words.picture }),
          h(
            'details',
            { class: 'mfa-details' },
            h('summary', { class: 'mfa-summary' }, words.cannotScan),
            text(words.keyHint),
            h('p', { id: keyId, class: 'mfa-text' }, ltr(state.secret.replaceAll(/.{4}(?=.)/g, '$& '), 'mfa-key')),
            h(
              'div',
              { class: 'mfa-actions' },
              copyButton(words.copyKey, state.secret, (done) => this.say(done ? shared.copied : shared.notCopied)),
              link(words.openApp, state.uri),
            ),
          ),
        ),
        h('li', {}, enter),
      ),
      made.node,
    );
    return {
      node,
      heading: top,
      update: (next) => {
        if (next.step === 'scan') made.update(next);
      },
      end: warnSoon(state.endsAt, speaker, this.say),
    };
  }

  #passkey(state: EnrollState & { step: 'passkey' }, machine: EnrollMachine): View<EnrollState> {
    const { speaker } = this;
    const { enroll: words, shared } = speaker.words;
    const top = heading(this.level, words.titlePasskey);
    const made = form({
      speaker,
      fields: [],
      before: [this.#required(), text(words.createIntro)],
      beside: this.#beside(state, machine),
      submit: words.create,
      onSubmit: () => void machine.create(),
    });
    return {
      node: h('div', { class: 'mfa-view' }, top, made.node),
      heading: top,
      update: (next) => {
        if (next.step !== 'passkey') return;
        made.update(next);
        this.say(next.busy ? shared.passkeyUnderWay : '');
      },
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-enroll': EnrollElement;
  }
}

/** Defines `mfa-enroll` alone. */
export function defineEnroll(
  options: ElementsOptions<'shared' | 'refusals' | 'changeRefusals' | 'codes' | 'enroll'>,
): void {
  configure(options);
  if (customElements.get('mfa-enroll') === undefined) customElements.define('mfa-enroll', EnrollElement);
}
