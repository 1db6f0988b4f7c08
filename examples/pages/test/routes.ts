/** Routes: what a browser's pages would send, sent in its name, for steps that a walk is not about. */
import type { LogInReply } from '../src/api.ts';
import type { SetupReply } from '@mfakit/http';
import type { APIRequestContext } from 'playwright-core';
import type { Stage } from './example.ts';
import { deviceFor, type Device } from './scan.ts';

/** Everybody's, until they change it. */
export const PASSWORD = 'a few good words';

/** What somebody who enrolled has. */
export interface Enrolled {
  readonly device: Device;
  readonly backupCodes: readonly string[];
}

/** Leaves the browser with the cookies that the pages would have left. */
export interface Routes {
  /** Sends a body as a page would; fails unless the answer is a success. */
  post<T>(path: string, body?: object): Promise<T>;
  signUp(userName: string): Promise<void>;
  /** For somebody who is signed in: the first device. */
  enroll(): Promise<Enrolled>;
  /** Somebody new with a device. */
  join(userName: string): Promise<Enrolled>;
  /** @param device - that gives the code, if one is asked for */
  signIn(userName: string, device?: Device, password?: string): Promise<void>;
}

/** @param request - of somebody's browser */
export function routesOf(request: APIRequestContext, { url, clock, acme }: Stage): Routes {
  const self: Routes = {
    async post<T>(path: string, body: object = {}) {
      const answer = await request.post(path, { data: body, headers: { origin: url } });
      if (!answer.ok()) throw new Error(`${path} answers ${answer.status()}.`);
      return (await answer.json()) as T;
    },
    async signUp(userName) {
      // Not by the page's route: one network gets thirty accounts an hour, and walks want more.
      const account = await acme.accounts.add({ userName, password: PASSWORD, isAdmin: false });
      if (account === null) throw new Error(`There is a ${userName} already.`);
      await self.signIn(userName);
    },
    async enroll() {
      const { otpauth_uri, factor_id, backup_codes } = await self.post<SetupReply>('/api/auth/totp/setup');
      const device = deviceFor(otpauth_uri, clock);
      await self.post('/api/auth/totp/confirm', { code: device.freshCode(), factor_id });
      return { device, backupCodes: backup_codes };
    },
    async join(userName) {
      await self.signUp(userName);
      return self.enroll();
    },
    async signIn(userName, device, password = PASSWORD) {
      const begun = await self.post<LogInReply>('/api/auth/login', { user_name: userName, password });
      if (!begun.mfa_required || device === undefined) return;
      await self.post('/api/auth/totp-verify', { mfa_token: begun.mfa_token, code: device.freshCode() });
    },
  };
  return self;
}
