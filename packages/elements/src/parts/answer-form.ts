/** Answer form: asks for a second factor in one way, and offers the others. */
import type { Answer, Question, Way } from '../machines/question.ts';
import type { Speaker } from '../words/say.ts';
import { backupCodeField, codeField, nextCodeField, userNameField, type Field } from './field.ts';
import { form, type Form, type Values } from './form.ts';
import { button, h, type Child } from './h.ts';
import { text } from './view.ts';

/** What it is made of. */
export interface AnswerFormOptions {
  readonly speaker: Speaker;
  readonly question: Question;
  /** Whose password a password manager should offer. */
  readonly accountName?: string;
  /** Above the answer. */
  readonly fields?: readonly Field[];
  /** Between answer and button. */
  readonly between?: (way: Way) => readonly Child[];
  readonly beside?: readonly Child[];
  /** Below the other ways. */
  readonly below?: readonly Child[];
  readonly submit: string;
  readonly danger?: boolean;
  /** Above a code of the app. */
  readonly intro?: string;
  readonly onAnswer: (answer: Answer, values: Values) => void;
  readonly onWay: (way: Way) => void;
}

/** On the page. */
export interface AnswerForm {
  readonly node: HTMLElement;
  update(question: Question): void;
}

/** Makes one. */
export function answerForm(options: AnswerFormOptions): AnswerForm {
  const { speaker, fields = [], between, beside = [], below = [], submit, intro, onAnswer, onWay } = options;
  const { shared } = speaker.words;
  const node = h('div', { class: 'mfa-view' });
  let drawn: {
    readonly way: Way | null;
    readonly twoCodes: boolean;
    readonly form: Form | null;
    readonly typed: Field | null;
  } | null = null;

  const labels: Readonly<Record<Way, string>> = {
    passkey: shared.usePasskey,
    code: shared.useCode,
    backup_code: shared.useBackupCode,
  };

  const otherWays = ({ way, ways }: Question): Child => {
    const others = ways.filter((other) => other !== way);
    const title = others.length > 0 && text(shared.otherWays, 'mfa-hint');
    const list = others.map((other) => button(labels[other], () => onWay(other), 'mfa-link'));
    return (
      others.length + below.filter(Boolean).length > 0 && h('div', { class: 'mfa-ways' }, title, ...list, ...below)
    );
  };

  const draw = (question: Question): void => {
    const { way, twoCodes } = question;
    if (way === null) {
      node.replaceChildren(text(shared.noWay), otherWays(question) || '');
      drawn = { way, twoCodes, form: null, typed: null };
      return;
    }
    const typed = way === 'code' ? codeField(shared) : way === 'backup_code' ? backupCodeField(shared) : null;
    const next = way === 'code' && twoCodes ? nextCodeField(shared) : null;
    // The code that was refused for want of the next one is still good for half an answer.
    if (typed !== null && drawn?.way === way) typed.input.value = drawn.typed?.input.value ?? '';
    const asked = [...fields, typed, next].filter((each) => each !== null);
    const passwords = asked.some(({ name }) => name === 'password');
    const hint = way === 'passkey' ? shared.passkeyHint : way === 'code' ? intro : undefined;
    const made = form({
      speaker,
      fields: asked,
      before: [passwords && userNameField(options.accountName ?? ''), hint !== undefined && text(hint)],
      between: between?.(way) ?? [],
      beside,
      submit: way === 'passkey' ? shared.usePasskey : submit,
      danger: options.danger ?? false,
      onSubmit(values) {
        const { code = '', next_code: nextCode, backup_code: backupCode = '' } = values;
        onAnswer(way === 'passkey' ? { passkey: true } : way === 'code' ? { code, nextCode } : { backupCode }, values);
      },
    });
    node.replaceChildren(made.node, otherWays(question) || '');
    const isAnother = drawn !== null && drawn.way !== way;
    drawn = { way, twoCodes, form: made, typed };
    if (isAnother) (typed?.input ?? made.node.querySelector('button'))?.focus();
  };

  const update = (question: Question): void => {
    if (drawn?.way !== question.way || drawn.twoCodes !== question.twoCodes) draw(question);
    drawn?.form?.update(question);
  };
  update(options.question);
  return { node, update };
}
