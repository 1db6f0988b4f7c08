/** The second step as it was: otplib, over a column of the user's row. */
import { verifySync } from 'otplib';

/** A row of the old user table. */
export interface OldUser {
  readonly id: string;
  /** Base32, as otplib makes it; `null`: no second factor. */
  readonly totpSecret: string | null;
  readonly totpEnabled: boolean;
  /** The highest time step of which a code was accepted; -1: none ever. */
  lastStep: number;
}

const PERIOD_SECONDS = 30;

/** Whether the old system takes a code. It writes the time step down: the import must know which codes are spent. */
export function oldVerify(user: OldUser, code: string, nowMs: number): boolean {
  if (user.totpSecret === null || !user.totpEnabled) return false;
  const epoch = Math.floor(nowMs / 1000);
  const result = verifySync({ secret: user.totpSecret, token: code, epoch, epochTolerance: PERIOD_SECONDS });
  if (!result.valid) return false;
  const step = Math.floor(epoch / PERIOD_SECONDS) + result.delta;
  if (step <= user.lastStep) return false;
  user.lastStep = step;
  return true;
}
