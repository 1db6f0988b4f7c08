/** People: how an administrator comes to somebody, and brings about whom a walk needs. */
import type { Stage } from './example.ts';
import { LOCALE, type Person } from './person.ts';
import { PASSWORD } from './routes.ts';

/** Searches for somebody and opens their page, with the browser's clock at the server's. */
export async function openPerson(admin: Person, userName: string): Promise<void> {
  await admin.page.clock.setFixedTime(admin.stage.clock());
  await admin.open('/admin');
  await admin.sees('People');
  await admin.fill('Name', userName);
  await admin.press('Search');
  await admin.page.getByRole('link', { name: userName, exact: true }).click();
  await admin.sees(userName);
}

/** A day for a date field: where the browser is, so many days from the server's now. */
export function dayIn(stage: Stage, days: number): string {
  return new Date(stage.clock() + days * 86_400_000).toLocaleDateString('sv-SE', { timeZone: LOCALE.timezoneId });
}

/** Adds people. @returns their ids */
export async function addPeople({ acme }: Stage, names: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const userName of names) {
    const account = await acme.accounts.add({ userName, password: PASSWORD, isAdmin: false });
    ids.push(account?.id ?? '');
  }
  return ids;
}

/** Locks somebody by wrong passwords. */
export async function lock({ acme }: Stage, id: string): Promise<void> {
  for (let failures = 0; failures < 10; failures++) await acme.mfa.passwordFailed(id);
}
