/** Browser: a cookie jar with one cookie, and the calls that a host's login routes make for it. */
import type { BeginResult, DeviceCookie, Mfa, Verified } from '@mfakit/core';
import { outcomeOf, TEST_PASSWORD, type EnrolledUser, type TestApplication } from '@mfakit/testkit';

/** Where the calls go, and what the phone of the user shows. */
type On = Pick<TestApplication, 'mfa' | 'clock'>;

/** One browser. */
export class Browser {
  cookie: string | undefined;

  constructor(cookie?: string) {
    this.cookie = cookie;
  }

  /** A copy of the whole profile, as malware takes it. */
  copy(): Browser {
    return new Browser(this.cookie);
  }

  keep(device: DeviceCookie | undefined): void {
    if (device !== undefined) this.cookie = device.cookie === '' ? undefined : device.cookie;
  }

  /** What a login route does after a right password. */
  async begin({ mfa }: { readonly mfa: Mfa }, userId: string): Promise<BeginResult> {
    const begun = await mfa.begin(userId, {}, { device: this.cookie });
    if (begun.next !== 'enroll') this.keep(begun.device);
    return begun;
  }

  /** What comes next: `signed-in`, `verify`, `enroll`, or the code of a refusal. */
  async next(on: { readonly mfa: Mfa }, userId: string): Promise<string> {
    let next = '';
    const outcome = await outcomeOf(this.begin(on, userId).then((begun) => void (next = begun.next)));
    return outcome === 'accepted' ? next : outcome;
  }

  /** A sign-in with a code, the box ticked. Moves the clock on, so that the phone shows a fresh code. */
  async trust({ mfa, clock }: On, user: EnrolledUser, label?: string): Promise<Verified> {
    clock.advance({ seconds: 30 });
    const begun = await mfa.begin(user.userId);
    if (begun.next !== 'verify') throw new Error(`begin says ${begun.next}`);
    const trustDevice = { cookie: this.cookie, label };
    const verified = await mfa.verify({ token: begun.token, code: user.code(), trustDevice });
    this.keep(verified.device);
    return verified;
  }

  /** What a login route does with a password: the check of the lock, of the password, and what follows. */
  async login(on: { readonly mfa: Mfa }, userId: string, password = TEST_PASSWORD): Promise<string> {
    const from = { device: this.cookie };
    const open = await outcomeOf(on.mfa.assertNotLocked(userId, from));
    if (open !== 'accepted') return open;
    if (password === TEST_PASSWORD) return this.next(on, userId);
    const counted = await outcomeOf(on.mfa.passwordFailed(userId, {}, from));
    return counted === 'accepted' ? 'wrong password' : counted;
  }
}

/** A browser that the user trusts. */
export async function trusted(on: On, user: EnrolledUser, label?: string): Promise<Browser> {
  const browser = new Browser();
  await browser.trust(on, user, label);
  if (browser.cookie === undefined) throw new Error('The browser was not trusted.');
  return browser;
}
