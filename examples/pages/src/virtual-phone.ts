/** The virtual phone of the demo: an authenticator app in the page. Servers outside the demo do not serve it. */
// oxlint-disable-next-line import/no-absolute-path -- an address: the servers have the module there
import { TOTP, URI } from '/modules/otpauth.js';
import { copyOf, element, onClick, part, say } from './page.ts';

const STORED = 'virtual-phone';

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
  element('phone-accounts').replaceChildren(...entries.map(toItem));
  element('phone-empty').hidden = entries.length > 0;
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
  const fields = document.querySelectorAll<HTMLInputElement>('main input:is([name="code"], [name="next_code"])');
  const visible = [...fields].filter((candidate) => candidate.offsetParent !== null);
  const field = visible.find((candidate) => candidate.value === '') ?? visible[0];
  if (field === undefined) {
    say('There is no field for a code on this page.');
    return;
  }
  field.value = code;
  field.focus();
}

function tick(): void {
  for (const { totp, code, left } of shown.values()) {
    const now = totp.generate();
    if (code.textContent !== now) code.textContent = now;
    left.textContent = `new one in ${Math.ceil(totp.remaining() / 1000)} s`;
  }
  element('phone-scan').hidden = uriOnPage() === '' || uris().includes(uriOnPage());
}

onClick(element('phone-scan'), () => {
  keep([uriOnPage(), ...uris()]);
  say('The virtual phone has scanned the code.');
});
show();
setInterval(tick, 500);
