/** Any number of users of three sources, each made from its number: documents as the sources write them. */
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { base32nopad } from '@scure/base';
import type { OptionValues, SourceName } from '../src/index.ts';

/** A source with as many users as a test needs. */
export interface ManyUsers {
  readonly source: SourceName;
  readonly options: OptionValues;
  readonly userId: (index: number) => string;
  /** The document of one user. */
  readonly document: (index: number) => unknown;
}

/** The secret of one user: 20 bytes. */
export function secretOf(userId: string): Buffer {
  return createHash('sha256').update(`many users: ${userId}`).digest().subarray(0, 20);
}

/** A backup code that every user of django-otp and Laravel has. */
export function backupCodeOf(userId: string): string {
  return base32nopad.encode(secretOf(`code of ${userId}`).subarray(0, 10)).toLowerCase();
}

const SECRET_KEY = 'many users of FastAPI';
const APP_KEY = Buffer.alloc(32, 'laravel');

function bytesOf(text: string, length: number): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, length);
}

function fernet(text: string, userId: string): string {
  const key = createHash('sha256').update(SECRET_KEY).digest();
  const iv = bytesOf(`iv of ${userId}`, 16);
  const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
  const head = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, cipher.update(text), cipher.final()]);
  const mac = createHmac('sha256', key.subarray(0, 16)).update(head).digest();
  return Buffer.concat([head, mac]).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function laravel(text: string, userId: string): string {
  const iv = bytesOf(`iv of ${userId} ${text.length}`, 16);
  const cipher = createCipheriv('aes-256-cbc', APP_KEY, iv);
  const serialised = `s:${text.length}:"${text}";`;
  const value = Buffer.concat([cipher.update(serialised), cipher.final()]).toString('base64');
  const mac = createHmac('sha256', APP_KEY)
    .update(iv.toString('base64') + value)
    .digest('hex');
  return Buffer.from(JSON.stringify({ iv: iv.toString('base64'), value, mac, tag: '' })).toString('base64');
}

/** The three sources. */
export const MANY: readonly ManyUsers[] = [
  {
    source: 'fastapi',
    options: { secretKey: SECRET_KEY },
    userId: (index) => `fastapi-${index}`,
    document(index) {
      const id = this.userId(index);
      const token = fernet(base32nopad.encode(secretOf(id)), id);
      return {
        users: [{ id, totp_enabled: true, totp_secret_encrypted: token }],
        totp_usage: index % 2 === 0 ? [{ user_id: id, window: 58_000_000 }] : [],
      };
    },
  },
  {
    source: 'django-otp',
    options: {},
    userId: (index) => `django-${index}`,
    document(index) {
      const user = this.userId(index);
      const device = { id: index, user_id: user, name: 'default', confirmed: true };
      const totp = { key: secretOf(user).toString('hex'), step: 30, t0: 0, digits: 6, drift: 0, last_t: 58_000_000 };
      return {
        otp_totp_totpdevice: [{ ...device, ...totp }],
        otp_static_staticdevice: [device],
        otp_static_statictoken: [{ id: index, device_id: index, token: backupCodeOf(user) }],
      };
    },
  },
  {
    source: 'laravel-fortify',
    options: { appKey: `base64:${APP_KEY.toString('base64')}` },
    userId: (index) => `laravel-${index}`,
    document(index) {
      const id = this.userId(index);
      return {
        id,
        two_factor_secret: laravel(base32nopad.encode(secretOf(id)), id),
        two_factor_recovery_codes: laravel(JSON.stringify([backupCodeOf(id)]), id),
        two_factor_confirmed_at: '2025-05-01 10:00:00',
      };
    },
  },
];
