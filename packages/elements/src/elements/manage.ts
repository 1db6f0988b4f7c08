/** mfa-manage: what protects the account, and every change of it. */
import type { WireFactorStatus } from '@mfakit/http';
import {
  manage,
  type Change,
  type ManageMachine,
  type ManageState,
  type Said,
  type Shown,
} from '../machines/manage.ts';
import type { Kind } from '../machines/enroll.ts';
import { browserPasskeys } from '../machines/passkeys.ts';
import { answerForm } from '../parts/answer-form.ts';
import { backupCodes } from '../parts/backup-codes.ts';
import { passwordField } from '../parts/field.ts';
import { button, h } from '../parts/h.ts';
import { keepFocus, keyedButton, rows } from '../parts/rows.ts';
import { heading, link, loading, message, retry, text, type View } from '../parts/view.ts';
import { eventSentence, isWorthShowing } from '../words/event-sentence.ts';
import { count, day, fill, moment, sentence } from '../words/say.ts';
import type { ManageWords } from '../words/words.ts';
import { defineEnroll } from './enroll.ts';
import { kindsOf } from './kinds.ts';
import { MfaElement } from './mfa-element.ts';
import { configure, currentSettings, type ElementsOptions } from './settings.ts';

/** What `mfa-changed` tells. */
export interface ManageChanged {
  /** What was done. */
  readonly change: Said['code'];
}

/**
 * Shows and changes what protects the signed-in user. Attributes: `kinds` (what can be added: `passkey totp` by default),
 * `account-name`, `sign-in-url`, `heading-level`. Tells `mfa-changed` ({@link ManageChanged}) and `mfa-signed-out`.
 */
export class ManageElement extends MfaElement<ManageState, ManageMachine> {
  #said: Said | null = null;

  get #accountName(): string {
    return this.getAttribute('account-name') ?? '';
  }

  protected override start(): ManageMachine {
    const { client, passkeys } = currentSettings();
    return manage({ client, passkeys });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#seen);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#seen);
  }

  /** Another tab may have changed everything meanwhile. */
  readonly #seen = (): void => {
    if (document.visibilityState === 'visible') void this.machine?.refresh();
  };

  protected override keyOf(state: ManageState): string {
    return state.step === 'asking' ? `asking ${state.change.kind}` : state.step;
  }

  protected override changed(state: ManageState): void {
    if (state.step === 'signed_out') this.tell('mfa-signed-out');
    const said = state.step === 'ready' ? state.said : null;
    if (said === this.#said) return;
    this.#said = said;
    if (said === null) return;
    const { manage: words } = this.speaker.words;
    this.say(fill(words.said[said.code], { name: said.name ?? '' }));
    this.tell('mfa-changed', { change: said.code });
  }

  protected override draw(state: ManageState, machine: ManageMachine): View<ManageState> {
    const { speaker, level } = this;
    const { manage: words, shared } = speaker.words;
    switch (state.step) {
      case 'loading':
        return loading(speaker);
      case 'ready':
        return this.#ready(machine);
      case 'adding':
        return this.#adding(state.kind, machine);
      case 'asking':
        return this.#asking(state, machine);
      case 'codes':
        return backupCodes({
          speaker,
          level,
          codes: state.codes,
          accountName: this.#accountName,
          say: this.say,
          onSaved: () => void machine.finish(),
        });
      case 'failed':
        return message(
          level,
          words.title,
          sentence(state.told, speaker),
          retry(speaker, () => void machine.refresh()),
        );
      case 'signed_out':
        return message(
          level,
          words.title,
          sentence(state.told, speaker),
          link(shared.signIn, this.getAttribute('sign-in-url')),
        );
    }
  }

  /** The enrollment takes the place of the list until it ends. */
  #adding(kind: Kind, machine: ManageMachine): View<ManageState> {
    const node = h('mfa-enroll', {
      kinds: kind,
      'account-name': this.#accountName,
      'sign-in-url': this.getAttribute('sign-in-url') ?? undefined,
      'heading-level': this.level,
      'onmfa-done': (event) => {
        event.stopPropagation();
        void machine.added();
      },
      'onmfa-cancel': (event) => {
        event.stopPropagation();
        machine.cancel();
      },
    });
    node.takeFocus();
    return { node };
  }

  #asking(state: ManageState & { step: 'asking' }, machine: ManageMachine): View<ManageState> {
    const { speaker } = this;
    const { manage: words, shared } = speaker.words;
    const { title, why, submit } = questionOf(state.change, words);
    const top = heading(this.level, title);
    const password = state.passwordNeeded ? passwordField(shared) : null;
    const answer = answerForm({
      speaker,
      question: state,
      accountName: this.#accountName,
      fields: password === null ? [] : [password],
      beside: [button(state.change.kind === 'regenerate' ? shared.cancel : words.keep, () => machine.cancel())],
      submit,
      danger: state.change.kind !== 'regenerate',
      onAnswer: (given, values) => void machine.answer(given, values['password']),
      onWay: (way) => machine.chooseWay(way),
    });
    return {
      node: h('div', { class: 'mfa-view' }, top, ...why.map((line) => text(line)), answer.node),
      heading: top,
      update: (next) => {
        if (next.step === 'asking') answer.update(next);
      },
    };
  }

  #ready(machine: ManageMachine): View<ManageState> {
    const { speaker, level } = this;
    const top = heading(level, speaker.words.manage.title);
    const body = h('div', { class: 'mfa-view' });
    return {
      node: h('div', { class: 'mfa-view' }, top, body),
      heading: top,
      update: (state) => {
        if (state.step === 'ready') keepFocus(body, top, () => body.replaceChildren(...this.#sections(state, machine)));
      },
    };
  }

  #sections(shown: Shown, machine: ManageMachine): readonly HTMLElement[] {
    const { speaker } = this;
    const { app, lang, words } = speaker;
    const { manage: say } = words;
    const { status, events, more, told } = shown;
    const { enabled, factors, devices, backup_codes_remaining: left } = status;
    const section = (title: string, ...children: readonly (HTMLElement | false)[]): HTMLElement =>
      h('section', { class: 'mfa-section' }, heading(this.level + 1, title), ...children);

    const state = enabled ? say.on : say.off;
    const intro = h(
      'p',
      { class: 'mfa-text' },
      h('strong', { class: enabled ? 'mfa-on' : 'mfa-off' }, state),
      !enabled && ` ${say.why}`,
    );
    const alert = told !== null && h('p', { class: 'mfa-alert', role: 'alert' }, sentence(told, speaker));
    const from = status.enforcement?.from;
    const required = from !== undefined && from !== null;
    const policy =
      required && text(enabled ? fill(say.required, { app }) : fill(say.requiredFrom, { date: day(from, lang) }));

    const factorRow = (factor: WireFactorStatus): Parameters<typeof rows>[0][number] => ({
      title: factor.label,
      details: [
        fill(say.added, { date: day(factor.created_at, lang) }),
        fill(say.lastUsed, { date: day(factor.last_used_at, lang) }),
      ],
      action: keyedButton(`remove ${factor.id}`, fill(say.remove, { name: factor.label }), () =>
        machine.ask({ kind: 'remove', factor, last: factors.length === 1 }),
      ),
    });
    const factorRows = (isOne: (kind: string) => boolean): Parameters<typeof rows>[0] =>
      factors.filter(({ kind }) => isOne(kind)).map(factorRow);
    const others = factorRows((kind) => kind !== 'webauthn' && kind !== 'totp');
    const offered = kindsOf(this);
    const canAdd = (kind: Kind): boolean =>
      offered.includes(kind) && (kind === 'totp' || (currentSettings().passkeys ?? browserPasskeys).supported());
    /** Of one kind: what there is, and a button that adds to it. */
    const ofKind = (
      kind: Kind,
      method: string,
      { title, empty, add }: Readonly<Record<'title' | 'empty' | 'add', string>>,
    ): HTMLElement | false => {
      const list = factorRows((each) => each === method);
      const adds = canAdd(kind) && keyedButton(`add ${kind}`, add, () => machine.add(kind));
      return (list.length > 0 || offered.includes(kind)) && section(title, rows(list, empty), adds);
    };

    const worth = events.filter(isWorthShowing);
    return [
      h('div', {}, intro, policy, alert),
      ofKind('passkey', 'webauthn', { title: say.passkeys, empty: say.noPasskeys, add: say.addPasskey }),
      ofKind('totp', 'totp', { title: say.apps, empty: say.noApps, add: say.addApp }),
      others.length > 0 && section(say.others, rows(others)),
      enabled &&
        section(
          say.codes,
          text(left === 0 ? say.noCodes : count(say.codesLeft, left, lang)),
          keyedButton('regenerate', say.newCodes, () => machine.ask({ kind: 'regenerate' })),
        ),
      devices.length > 0 &&
        section(
          say.browsers,
          rows(
            devices.map(({ id, label, expires_at }) => ({
              title: label,
              details: [fill(say.trustedUntil, { date: day(expires_at, lang) })],
              action: keyedButton(`forget ${id}`, fill(say.forget, { name: label }), () => void machine.forget(id)),
            })),
          ),
          devices.length > 1 && keyedButton('forget all', say.forgetAll, () => void machine.forget(null)),
        ),
      section(
        say.activity,
        rows(
          worth.map((event) => ({ title: eventSentence(event, say.events, app), details: [moment(event.at, lang)] })),
          say.noActivity,
        ),
        more && keyedButton('more', say.showMore, () => void machine.more()),
      ),
      enabled &&
        !required &&
        section(
          say.turnOff,
          text(say.turnOffWhy),
          keyedButton('off', say.turnOff, () => machine.ask({ kind: 'disable' })),
        ),
    ].filter((each) => each !== false);
  }
}

/** What is asked before a change. */
function questionOf(
  change: Change,
  words: ManageWords,
): { readonly title: string; readonly why: readonly string[]; readonly submit: string } {
  switch (change.kind) {
    case 'remove': {
      const { label: name } = change.factor;
      const why = change.last ? [words.removeWhy, words.removeLast] : [words.removeWhy];
      return { title: fill(words.removeAsk, { name }), why, submit: fill(words.remove, { name }) };
    }
    case 'regenerate':
      return { title: words.newCodesAsk, why: [words.newCodesWhy], submit: words.newCodes };
    case 'disable':
      return { title: words.turnOffAsk, why: [words.turnOffWhy], submit: words.turnOff };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mfa-manage': ManageElement;
  }
}

/** Defines `mfa-manage`, and `mfa-enroll`, which it adds with. */
export function defineManage(
  options: ElementsOptions<'shared' | 'refusals' | 'changeRefusals' | 'codes' | 'enroll' | 'manage'>,
): void {
  configure(options);
  defineEnroll(options);
  if (customElements.get('mfa-manage') === undefined) customElements.define('mfa-manage', ManageElement);
}
