/** announce: what a demo prints when it is ready. */
import { DEMO_ACCOUNTS } from './demo-accounts.ts';

/** @param data - where the demo keeps its data, in a few words */
export function announce(url: string, data: string): string {
  const accounts = DEMO_ACCOUNTS.map(({ userName, password }) => `    ${userName.padEnd(8)}${password}`);
  return [
    '',
    `  Acme is ready:  ${url}`,
    '',
    '  Two accounts, or sign up for one of your own:',
    ...accounts,
    '',
    '  What to try',
    '    1. Sign in as alice and turn on two-step verification. No phone? Scan with the',
    '       virtual phone at the foot of the page; it exists in the demo only.',
    '    2. Save the backup codes, sign out, and sign in again with a code or a backup code.',
    '    3. Type ten wrong codes: the account locks and says for how long.',
    '    4. Sign in as admin in a private window, turn on two-step verification there too,',
    '       then search for alice: require it of her, unlock her, reset her.',
    '    5. Back as alice: add a second app or a passkey, and try the payout page.',
    '',
    `  Data: ${data}`,
    '  Stop with Ctrl+C.',
    '',
  ].join('\n');
}
