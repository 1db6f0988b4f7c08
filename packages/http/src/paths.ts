/** Paths: where each route lives under the prefix that the host mounts. */
import type { RouteName } from './wire.ts';

/** A route's address. */
export interface RoutePath {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As in OpenAPI: `{id}` is one segment. */
  readonly path: string;
}

/** Where the contract is mounted, unless the host says otherwise. */
export const DEFAULT_BASE_PATH = '/api/auth';

/** Every route's address. Imports nothing: the browser client shares it. */
export const PATHS: { readonly [Name in RouteName]: RoutePath } = {
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
  history: { method: 'GET', path: '/totp/history' },
};
