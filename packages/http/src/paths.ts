/** Paths: the address of every route, below the prefix that the host mounts. */

/** A route's address. */
export interface RoutePath {
  /** Of HTTP. */
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in OpenAPI: `{id}` stands for one segment, the last. */
  readonly path: string;
}

/** Where the contract is mounted unless the host says otherwise. */
export const DEFAULT_BASE_PATH = '/api/auth';

/** Every route's address, one line each. This file imports nothing, because the browser client loads it. */
export const PATHS = {
  setup: { method: 'POST', path: '/totp/setup' },
  confirm: { method: 'POST', path: '/totp/confirm' },
  verify: { method: 'POST', path: '/totp-verify' },
  disable: { method: 'POST', path: '/totp/disable' },
  regenerate: { method: 'POST', path: '/totp/backup-codes/regenerate' },
  status: { method: 'GET', path: '/totp/status' },
  enforceSetup: { method: 'POST', path: '/totp/enforce-setup' },
  enforceConfirm: { method: 'POST', path: '/totp/enforce-confirm' },
  removeFactor: { method: 'DELETE', path: '/totp/factors/{id}' },
  stepUp: { method: 'POST', path: '/totp/step-up' },
  forgetDevice: { method: 'DELETE', path: '/devices/{id}' },
  forgetDevices: { method: 'DELETE', path: '/devices' },
  history: { method: 'GET', path: '/totp/history' },
} as const;

/** The routes by name. */
export type RouteName = keyof typeof PATHS;
