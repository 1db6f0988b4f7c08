/** TOTP matchers: the floor and the matcher of each peer, behind one interface: ±1 step, six digits, SHA-1. */
import { createOTP } from '@better-auth/utils/otp';
import { verifyTOTPWithGracePeriod } from '@oslojs/otp';
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { verifySync } from 'otplib';
import speakeasy from 'speakeasy';

/** Whether a code is right at the moment. Each matcher does everything that its library needs for a stored secret. */
export type Matcher = (code: string) => boolean | Promise<boolean>;

/** The floor: three HMACs of node:crypto with one KeyObject, and a comparison of each candidate. */
export const FLOOR = 'node:crypto';

/** @param key - the secret, 20 bytes */
export function totpMatchers(key: Uint8Array): Readonly<Record<string, Matcher>> {
  const text = new Secret({ buffer: new Uint8Array(key).buffer });
  const base32 = text.base32;
  const otpauth = new TOTP({ secret: text });
  const keyObject = createSecretKey(key);
  // Read as UTF-8: the peer's own secrets are 32 letters and digits.
  const letters = new TextDecoder('latin1').decode(key);
  return {
    [FLOOR]: (code) => {
      const current = Math.floor(Date.now() / 30_000);
      const submitted = Buffer.from(code);
      let matched = false;
      for (let step = current - 1; step <= current + 1; step += 1) {
        const message = Buffer.alloc(8);
        message.writeBigUInt64BE(BigInt(step));
        const digest = createHmac('sha1', keyObject).update(message).digest();
        const value = (digest.readUInt32BE((digest[19] ?? 0) & 0xf) & 0x7fff_ffff) % 1_000_000;
        matched = timingSafeEqual(Buffer.from(String(value).padStart(6, '0')), submitted) || matched;
      }
      return matched;
    },
    otpauth: (code) => otpauth.validate({ token: code, window: 1 }) !== null,
    '@oslojs/otp': (code) => verifyTOTPWithGracePeriod(key, 30, 6, code, 30),
    speakeasy: (code) => speakeasy.totp.verify({ secret: base32, encoding: 'base32', token: code, window: 1 }),
    otplib: (code) => verifySync({ secret: key, token: code, epochTolerance: 30 }).valid,
    'better-auth': (code) => createOTP(letters).verify(code),
  };
}
