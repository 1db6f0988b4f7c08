/** The virtual phone of the demo: an authenticator app in the page. Servers outside the demo do not serve it. */
import { TOTP, URI } from 'otpauth';
import { copyOf, element, onClick, part } from './page.ts';

const STORED = 'virtual-phone';
const UNFOLDED = 'virtual-phone-unfolded';

const phone = element('phone', HTMLDetailsElement);
const accounts = element('phone-accounts');
const empty = element('phone-empty');
const scan = element('phone-scan', HTMLButtonElement);
const told = element('phone-told');
/** Where it lies unless a dialog is open: then nothing outside that can be used. */
const home = phone.parentElement;

interface Entry {
  readonly uri: string;
  readonly totp: TOTP;
}

/** What each account shows, to be brought up to date every second. */
const shown = new Map<string, { readonly totp: TOTP; readonly code: HTMLElement; readonly left: HTMLElement }>();

function uris(): readonly string[] {
  return JSON.parse(localStorage.getItem(STORED) ?? '[]') as readonly string[];
}

function keep(next: readonly string[]): void {
  localStorage.setItem(STORED, JSON.stringify(next));
  show();
}

/** The QR code of this page, as text; empty if there is none. */
function uriOnPage(): string {
  const link = document.querySelector<HTMLAnchorElement>('a[href^="otpauth:"]');
  return link?.href ?? '';
}

function toEntry(uri: string): Entry[] {
  const totp = URI.parse(uri);
  return totp instanceof TOTP ? [{ uri, totp }] : [];
}

function show(): void {
  const entries = uris().flatMap(toEntry);
  shown.clear();
  accounts.replaceChildren(...entries.map(toItem));
  empty.hidden = entries.length > 0;
  tick();
}

function toItem({ uri, totp }: Entry): HTMLElement {
  const item = copyOf('phone-account');
  part(item, 'phone-name').textContent = `${totp.issuer}: ${totp.label}`;
  shown.set(uri, { totp, code: part(item, 'phone-code'), left: part(item, 'phone-left') });
  onClick(part(item, 'phone-type'), () => typeIn(totp.generate()));
  onClick(part(item, 'phone-forget'), () => keep(uris().filter((other) => other !== uri)));
  return item;
}

/** Into a field for a code that is on the screen: the first one that is still empty. */
function typeIn(code: string): void {
  const fields = document.querySelectorAll<HTMLInputElement>('input:is([name="code"], [name="next_code"])');
  const usable = [...fields].filter((field) => field.checkVisibility() && !isBehindDialog(field));
  const field = usable.find((candidate) => candidate.value === '') ?? usable[0];
  told.textContent = field === undefined ? 'There is no field for a code on this page.' : '';
  if (field === undefined) return;
  field.value = code;
  field.focus();
}

function isBehindDialog(field: HTMLElement): boolean {
  return openDialog()?.contains(field) === false;
}

function openDialog(): Element | null {
  return document.querySelector('dialog:modal');
}

function tick(): void {
  const place = openDialog() ?? home;
  if (phone.parentElement !== place) place?.append(phone);
  for (const { totp, code, left } of shown.values()) {
    const now = totp.generate();
    if (code.textContent !== now) code.textContent = now;
    left.textContent = `new one in ${Math.ceil(totp.remaining() / 1000)} s`;
  }
  scan.hidden = uriOnPage() === '' || uris().includes(uriOnPage());
}

onClick(scan, () => {
  keep([uriOnPage(), ...uris()]);
  told.textContent = 'Scanned: the app shows a code now.';
});
// On the next page as on this one.
phone.open = sessionStorage.getItem(UNFOLDED) !== null;
phone.addEventListener('toggle', () => {
  if (phone.open) sessionStorage.setItem(UNFOLDED, 'yes');
  else sessionStorage.removeItem(UNFOLDED);
});
show();
setInterval(tick, 500);
