/** The account page: how the account is protected. */
import type { StatusReply, WireFactorStatus } from '@mfakit/http';
import { mfa } from './api.ts';
import { addEvents } from './event-list.ts';
import { copyOf, element, inWords, onClick, part, run } from './page.ts';
import { orSignIn, signedIn } from './signed-in.ts';

/** Events on this page; the others are a click away. */
const RECENT = 5;
/** From here on the user should get new ones. */
const FEW_CODES = 3;

const DONE: Readonly<Partial<Record<string, string>>> = {
  added: 'The device was added.',
  removed: 'The device was removed.',
  passkey: 'The passkey was added.',
  disabled: 'Two-step verification is off.',
  forgotten: 'The browser is no longer trusted.',
  password: 'The password was changed. Your other sessions have ended.',
};

run(async () => {
  const me = await signedIn();
  element('user-name').textContent = `, ${me.user_name}`;
  const [status, { events }] = await orSignIn(Promise.all([mfa.status(), mfa.history({ limit: 50 })]));
  showStatus(status);
  addEvents(events.filter(({ type }) => type !== 'attempt_charged').slice(0, RECENT));
  tellWhatWasDone();
});

function showStatus({ enabled, factors, backup_codes_remaining: left, enforcement, devices }: StatusReply): void {
  const state = element('state');
  state.textContent = enabled ? 'On' : 'Off';
  state.classList.toggle('good', enabled);
  element('on').hidden = !enabled;
  element('off').hidden = enabled;
  element('devices').replaceChildren(...factors.map(toItem));
  const few = left <= FEW_CODES ? ' Get new ones while you can.' : '';
  element('codes-left').textContent = `${left === 1 ? '1 code is' : `${left} codes are`} left.${few}`;
  showBrowsers(devices);
  showPolicy(enabled, enforcement?.from ?? null);
}

function toItem({ id, label, last_used_at }: WireFactorStatus): HTMLElement {
  const item = copyOf('device');
  part(item, 'device-label').textContent = label;
  part(item, 'device-used').textContent = `Last used ${inWords(last_used_at)}`;
  part(item, 'device-remove').setAttribute('href', `/remove-device?id=${encodeURIComponent(id)}`);
  part(item, 'unseen').textContent = ` ${label}`;
  return item;
}

function showBrowsers(devices: StatusReply['devices']): void {
  element('trusted').hidden = devices.length === 0;
  element('browsers').replaceChildren(...devices.map(toBrowser));
  onClick(element('forget-browsers'), async () => {
    await orSignIn(mfa.forgetDevices());
    location.assign('/account?done=forgotten');
  });
}

function toBrowser({ id, label, expires_at }: StatusReply['devices'][number]): HTMLElement {
  const item = copyOf('browser');
  part(item, 'browser-label').textContent = label;
  part(item, 'browser-until').textContent = `Until ${inWords(expires_at)}`;
  part(item, 'unseen').textContent = ` ${label}`;
  onClick(part(item, 'browser-forget'), async () => {
    await orSignIn(mfa.forgetDevice(id));
    location.assign('/account?done=forgotten');
  });
  return item;
}

/** @param from - since when, or from when on, a second factor is required */
function showPolicy(enabled: boolean, from: string | null): void {
  element('may-turn-off').hidden = from !== null;
  element('must-stay-on').hidden = from === null;
  const banner = element('policy');
  banner.hidden = enabled || from === null;
  if (from === null) return;
  const link = document.createElement('a');
  link.href = '/enroll';
  link.textContent = 'Turn on two-step verification';
  banner.replaceChildren(link, ` by ${inWords(from)}. From then on Acme requires it of you.`);
}

function tellWhatWasDone(): void {
  const sentence = DONE[new URLSearchParams(location.search).get('done') ?? ''];
  if (sentence === undefined) return;
  // Not again after a reload.
  history.replaceState(null, '', location.pathname);
  element('done').hidden = false;
  element('done').textContent = sentence;
}
