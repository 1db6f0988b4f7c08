/** Backup codes: to copy, to download or to print, and a box to tick once they are saved. */
import { day, fill, type Speaker } from '../words/say.ts';
import type { CodesWords } from '../words/words.ts';
import { form } from './form.ts';
import { button, copyButton, h, ltr, newId } from './h.ts';
import { heading, text, type View } from './view.ts';

const DOWNLOAD_MS = 60_000;

/** What is shown. */
export interface BackupCodesOptions {
  readonly speaker: Speaker & { readonly words: { readonly codes: CodesWords } };
  readonly level: number;
  readonly codes: readonly string[];
  readonly accountName: string;
  readonly say: (sentence: string) => void;
  readonly onSaved: () => void;
}

/** The step that shows them. Leaving the page before the box is ticked, people are asked by their browser. */
export function backupCodes<State>({
  speaker,
  level,
  codes,
  accountName,
  say,
  onSaved,
}: BackupCodesOptions): View<State> {
  const { app, lang, words } = speaker;
  const { codes: spoken } = words;
  const top = heading(level, spoken.title);
  const paper = fill(spoken.paper, { app, account: accountName, date: day(new Date().toISOString(), lang) });
  const plain = `${paper}\n\n${codes.join('\n')}\n`;

  const box = h('input', { type: 'checkbox', id: newId(), class: 'mfa-check' });
  const error = h('p', { id: `${box.id}-error`, class: 'mfa-error' });
  error.hidden = true;
  box.setAttribute('aria-describedby', error.id);
  const label = h('label', { for: box.id, class: 'mfa-label' }, spoken.saved);

  const download = (): void => {
    const href = URL.createObjectURL(new Blob([plain], { type: 'text/plain' }));
    h('a', { href, download: spoken.file }).click();
    // Some browsers begin a download after the click.
    setTimeout(() => URL.revokeObjectURL(href), DOWNLOAD_MS);
  };

  const { node } = form({
    speaker,
    fields: [],
    before: [
      text(spoken.intro),
      text(paper, 'mfa-paper'),
      h('ul', { class: 'mfa-codes' }, ...codes.map((code) => h('li', {}, ltr(code, 'mfa-key')))),
      h(
        'div',
        { class: 'mfa-actions' },
        copyButton(spoken.copy, plain, () => say(spoken.copied)),
        button(spoken.download, download),
        button(spoken.print, () => print()),
      ),
    ],
    between: [h('div', { class: 'mfa-field' }, error, h('div', { class: 'mfa-row' }, box, label))],
    submit: spoken.finish,
    check() {
      error.hidden = box.checked;
      error.textContent = box.checked ? '' : spoken.notSaved;
      box.ariaInvalid = box.checked ? null : 'true';
      if (!box.checked) box.focus();
      return box.checked;
    },
    onSubmit: onSaved,
  });

  const ask = (event: Event): void => {
    if (!box.checked) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return {
    node: h('div', { class: 'mfa-view' }, top, node),
    heading: top,
    end: () => removeEventListener('beforeunload', ask),
  };
}
