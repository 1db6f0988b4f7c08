/** Model: what a trusted device must do, as the design says it. It uses no core, and knows secrets by their place. */

/** How long the secret before the current one is good. */
const GRACE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A device as a person would describe it: every cookie that was ever given out for it, oldest first. */
export interface ModelDevice {
  readonly user: number;
  readonly cookies: string[];
  readonly trustedAt: number;
  lastUsedAt: number;
  /** Void, forgotten, or pushed out. */
  gone: boolean;
}

/** What an account is in. */
export interface ModelAccount {
  enforced: boolean;
}

/** The devices of everybody. */
export class Model {
  readonly devices: ModelDevice[] = [];
  readonly accounts: readonly ModelAccount[] = [{ enforced: false }, { enforced: false }];
  readonly days: number;
  readonly max: number;

  constructor(days: number, max: number) {
    this.days = days;
    this.max = max;
  }

  alive(user: number, now: number): readonly ModelDevice[] {
    return this.devices.filter(
      (device) => device.user === user && !device.gone && now < device.trustedAt + this.days * DAY_MS,
    );
  }

  /** What `begin` answers to a cookie of one entry, and whether it gives another one. */
  begin(user: number, cookie: string, now: number): { readonly next: 'signed-in' | 'verify'; readonly given: boolean } {
    const device = this.alive(user, now).find(({ cookies }) => cookies.includes(cookie));
    if (device === undefined || this.accounts[user]?.enforced === true) return { next: 'verify', given: false };
    const age = device.cookies.length - 1 - device.cookies.indexOf(cookie);
    if (age === 0) {
      device.lastUsedAt = now;
      return { next: 'signed-in', given: true };
    }
    if (age === 1 && now - device.lastUsedAt < GRACE_MS) return { next: 'signed-in', given: false };
    device.gone = true;
    return { next: 'verify', given: true };
  }

  /** A new device; the one that was used longest ago makes room. */
  trust(user: number, cookie: string, now: number): void {
    const others = this.alive(user, now).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
    for (const pushed of others.slice(this.max - 1)) pushed.gone = true;
    this.devices.push({ user, cookies: [cookie], trustedAt: now, lastUsedAt: now, gone: false });
  }

  voidAll(user: number): void {
    for (const device of this.devices) if (device.user === user) device.gone = true;
  }
}
