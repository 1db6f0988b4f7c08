/** Demo accounts: ready to sign in with. Their passwords are public: only a demo has them. */
import type { Accounts } from './accounts.ts';

/** What the demo prints. */
export const DEMO_ACCOUNTS = [
  { userName: 'alice', password: 'blue-teapot-on-monday', isAdmin: false },
  { userName: 'admin', password: 'green-ladder-in-may', isAdmin: true },
] as const;

/** Adds those that are missing. */
export async function addDemoAccounts(accounts: Accounts): Promise<void> {
  for (const account of DEMO_ACCOUNTS) {
    if ((await accounts.byName(account.userName)) === null) await accounts.add(account);
  }
}
