/** Walks of administrators through the list of people, the page of one, and changes of several. */
import type { Locator, Request } from 'playwright-core';
import { en } from '@mfakit/elements/words/en';
import { expect, test } from 'vitest';
import { administrator } from '../administrator.ts';
import { seriousFindings } from '../axe.ts';
import type { Stage } from '../example.ts';
import { addPeople, dayIn, lock, openPerson } from '../people.ts';
import { person, type Person } from '../person.ts';
import { PASSWORD } from '../routes.ts';
import { screenshot } from '../screenshot.ts';

/** Presses of Tab after which something must have come up. */
const MAX_TABS = 60;
/** How far the page can be moved sideways. */
const OVERHANG = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

const numbered = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${name}${String(index).padStart(2, '0')}`);

/** The names in the list, from top to bottom. */
async function namesOn({ page }: Person): Promise<readonly string[]> {
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
  return page.locator('#rows .name').allTextContents();
}

function rowOf({ page }: Person, name: string): Locator {
  return page.getByRole('row', { name: new RegExp(`\\b${name}\\b`) });
}

/** Follows a link, and waits until the list is there. */
async function goTo(admin: Person, name: string | RegExp): Promise<readonly string[]> {
  const { page } = admin;
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name }).click()]);
  return namesOn(admin);
}

async function focused({ page }: Person): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return (activeElement?.ariaLabel ?? activeElement?.textContent ?? '').trim();
  });
}

/** The changes that the page asks for from now on. */
function changesOf({ page }: Person): readonly Request[] {
  const changes: Request[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes('/api/admin/users/')) changes.push(request);
  });
  return changes;
}

export function administrationWalks(stage: () => Stage): void {
  test('the address alone says what the list shows: 25 rows at most, forward, back and anew', async () => {
    const names = numbered('list', 60);
    const ids = await addPeople(stage(), names);
    await stage().acme.mfa.enforce(ids[40] ?? '', { from: new Date(stage().clock() + 86_400_000) });
    await stage().acme.mfa.enforce(ids[50] ?? '');
    const { admin } = await administrator(stage());
    expect((await namesOn(admin)).length).toBe(25);
    await admin.fill('Name', 'LIST');
    await admin.press('Search');
    await admin.reads(/^Everyone: 60 people with “LIST” in the name, as of /);
    expect(await namesOn(admin)).toEqual(names.slice(0, 25));
    expect(await admin.page.getByRole('link', { name: 'Previous' }).isVisible()).toBe(false);

    expect(await goTo(admin, 'Next')).toEqual(names.slice(25, 50));
    expect(await goTo(admin, 'Next')).toEqual(names.slice(50));
    expect(await admin.page.getByRole('link', { name: 'Next' }).isVisible()).toBe(false);
    await admin.page.goBack();
    expect(await namesOn(admin)).toEqual(names.slice(25, 50));
    await admin.page.reload();
    expect(await namesOn(admin)).toEqual(names.slice(25, 50));
    expect(await goTo(admin, 'Previous')).toEqual(names.slice(0, 25));

    const header = admin.page.getByRole('columnheader', { name: 'Name' });
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect(await goTo(admin, 'Name')).toEqual([...names].reverse().slice(0, 25));
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect((await goTo(admin, 'Required from')).slice(0, 3)).toEqual(['list50', 'list40', 'list00']);

    const shown = await admin.page.getByRole('navigation', { name: 'Show' }).getByRole('link').allTextContents();
    expect(shown).toEqual([
      'Everyone 60',
      'Off 60',
      'On 0',
      'Must set it up 2',
      'Overdue 1',
      'Locked 0',
      'No backup codes 0',
    ]);
    expect(await goTo(admin, 'Must set it up 2')).toEqual(['list50', 'list40']);
    expect(await goTo(admin, 'Overdue 1')).toEqual(['list50']);
    await goTo(admin, 'On 0');
    await admin.reads('Nobody here.');
    await admin.open('/admin?show=whoever');
    await admin.reads('This address shows no list.');

    await admin.page.route('**/api/admin/users?name=list', (route) => route.abort());
    await admin.open('/admin?name=list');
    await admin.reads(/^(?:You’re offline\. Connect|We couldn’t reach Acme)/);
    await admin.page.unrouteAll();
    await admin.page.getByRole('link', { name: 'Try again' }).click();
    await admin.reads(/^Everyone: 60 people/);
    await admin.context.close();
  }, 60_000);

  test('unlock in a row: one request, the result beside the button, and no other row is touched', async () => {
    const names = numbered('bolt', 3);
    for (const id of await addPeople(stage(), names)) await lock(stage(), id);
    const { admin } = await administrator(stage());
    const { page } = admin;
    await admin.open('/admin?name=bolt&show=locked');
    expect(await namesOn(admin)).toEqual(names);
    const changes = changesOf(admin);
    const others = page.locator('#rows tr:not(:nth-child(2)) td');
    await others.evaluateAll((cells) => {
      for (const cell of cells) Object.assign(cell, { untouched: [...cell.childNodes] });
    });
    const row = rowOf(admin, 'bolt01');
    await row.getByRole('button').dblclick();
    await row.getByRole('status').getByText('Unlocked.').waitFor();
    expect(changes.length).toBe(1);
    expect(await focused(admin)).toBe('Unlock bolt01');
    expect(await row.locator('.lock').textContent()).toBe('Not locked');
    expect(
      await others.evaluateAll((cells) =>
        cells.every((cell) => {
          const before = (cell as Element & { readonly untouched?: readonly Node[] }).untouched ?? [];
          return (
            before.length === cell.childNodes.length && before.every((node, index) => node === cell.childNodes[index])
          );
        }),
      ),
    ).toBe(true);
    await page.getByRole('link', { name: 'Locked 2' }).waitFor();
    // Nothing is done by what is left of the button, and it goes when the focus does.
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await row.getByRole('button').count()).toBe(0);
    expect(changes.length).toBe(1);
    await page.reload();
    expect(await namesOn(admin)).toEqual(['bolt00', 'bolt02']);

    // Another tab has done it meanwhile: seen again, this one tells.
    const other = await admin.inAnotherTab();
    await other.open('/admin?name=bolt00');
    await other.press('Unlock bolt00');
    await other.reads('Unlocked.');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByRole('link', { name: 'Locked 1' }).waitFor();
    expect(await namesOn(admin)).toEqual(['bolt02']);

    await admin.context.setOffline(true);
    await admin.press('Unlock bolt02');
    await rowOf(admin, 'bolt02')
      .getByText(/^(?:You’re offline\. Connect|We couldn’t reach Acme)/)
      .waitFor();
    expect(await rowOf(admin, 'bolt02').locator('.lock').textContent()).toMatch(/^Locked until/);
    await admin.context.setOffline(false);
    await admin.press('Unlock bolt02');
    await rowOf(admin, 'bolt02').getByText('Unlocked.').waitFor();
    await admin.context.close();
  }, 60_000);

  test('an answer that is lost: the page says so, and shows what was done all the same', async () => {
    const [id = ''] = await addPeople(stage(), ['lost-answer']);
    await lock(stage(), id);
    const { admin } = await administrator(stage());
    await admin.open('/admin?name=lost-answer');
    await admin.page.route(`**/api/admin/users/${id}`, async (route) => {
      if (route.request().method() === 'GET') return route.continue();
      await route.fetch();
      return route.abort();
    });
    await admin.press('Unlock lost-answer');
    const row = rowOf(admin, 'lost-answer');
    await row.getByText(/^(?:You’re offline\. Connect|We couldn’t reach Acme)/).waitFor();
    await expect.poll(() => row.locator('.lock').textContent()).toBe('Not locked');
    await admin.context.close();
  }, 60_000);

  test('the page of a person: everything about them, and a reset that takes a reason and their name', async () => {
    const owner = await person(stage());
    await owner.quickly.join('pat');
    const { admin } = await administrator(stage());
    await openPerson(admin, 'pat');
    const fact = async (name: string): Promise<string | null> =>
      admin.page.locator('.facts > div', { hasText: name }).locator('dd').textContent();
    expect(await fact('Two-step verification')).toBe('On: app');
    expect(await fact('Backup codes')).toBe('10 left');
    expect(await fact('Required from')).toBe('Not required');
    expect(await fact('Lock')).toBe('Not locked');
    await admin.page
      .getByRole('region', { name: 'Passkeys and authenticator apps' })
      .getByText('Authenticator app', { exact: true })
      .waitFor();

    await admin.press('Reset two-step verification');
    await admin.reads('Write why');
    await admin.reads('Type the name of this person');
    await admin.fill('Reason', 'Lost phone');
    await admin.fill('Name of this person', 'max');
    await admin.press('Reset two-step verification');
    await admin.reads('This is not the name of this person');
    expect(await fact('Two-step verification')).toBe('On: app');
    await admin.fill('Name of this person', 'pat');
    await admin.press('Reset two-step verification');
    await admin.reads('Reset. All passkeys, authenticator apps and backup codes are removed.');
    expect(await fact('Two-step verification')).toBe('Off');
    expect(await focused(admin)).toBe('Reset two-step verification');
    const account = await stage().acme.accounts.byName('pat');
    const [event] = await stage().acme.mfa.history(account?.id ?? '');
    expect(event).toMatchObject({ type: 'reset', actor: 'admin', reason: 'Lost phone' });
    await admin.follow('All people');
    await admin.reads(/^Everyone: 1 person with “pat” in the name/);
    await admin.open('/person?id=nobody');
    await admin.reads('There is no such person.');
    await admin.leave();
    await owner.context.close();
  }, 60_000);

  test('several people: ticked over pages, told what it means, then done one by one', async () => {
    const names = numbered('many', 30);
    const ids = await addPeople(stage(), names);
    const owner = await person(stage());
    await owner.quickly.join('many99');
    const { admin } = await administrator(stage());
    const { page } = admin;
    await page.clock.setFixedTime(stage().clock());
    await admin.open('/admin?name=many');
    await page.getByLabel('Tick many00').check();
    await page.getByLabel('Tick many01').check();
    await goTo(admin, 'Next');
    await page.getByLabel('Tick many99').check();
    await admin.reads('3 people ticked');
    await page.reload();
    await admin.reads('3 people ticked');
    expect(await page.getByLabel('Tick many99').isChecked()).toBe(true);

    await admin.follow('Require from a day');
    await admin.sees('Require two-step verification?');
    await admin.fill('From', dayIn(stage(), 30));
    await admin.reads(
      /^3 people\. 2 haven’t set it up and will be asked at their first sign-in from \d+ \w+ \d+ on\.$/,
    );
    await page.reload();
    await admin.sees('Require two-step verification?');
    expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe(dayIn(stage(), 30));
    await admin.fill('From', dayIn(stage(), 0));
    await admin.reads(
      '3 people. 2 haven’t set it up and will be asked at their next sign-in. Until then they are signed out.',
    );
    // Nothing has happened until now.
    expect((await stage().acme.mfa.status(ids[0] ?? '')).enforcement).toBe(null);

    // The connection goes after the first.
    const changes = changesOf(admin);
    await page.route(`**/api/admin/users/${ids[1]}`, (route) => route.abort());
    await page.getByRole('button', { name: 'Require it' }).dblclick();
    await admin.reads(/1 of 3 done\. The others are still ticked\.$/);
    expect(changes.length).toBe(2);
    expect((await stage().acme.mfa.status(ids[0] ?? '')).enforcement).not.toBe(null);
    await page.unrouteAll();
    await page.reload();
    await admin.reads(
      '2 people. 1 hasn’t set it up and will be asked at their next sign-in. Until then they are signed out.',
    );
    await admin.press('Require it');
    await admin.reads('Done: 2 people.');
    await page.reload();
    await admin.sees('Nobody is ticked');
    await admin.open('/admin?name=many&show=overdue');
    expect(await namesOn(admin)).toEqual(['many00', 'many01']);
    await page.getByLabel('Tick everyone on this page').check();
    await admin.reads('2 people ticked');
    await admin.follow('Stop requiring');
    await admin.reads('2 people. It is required of 2 of them now.');
    await admin.press('Stop requiring it');
    await admin.reads('Done: 2 people.');
    await admin.follow('All people');
    await admin.reads('Nobody here.');
    await admin.context.close();
    await owner.context.close();
  }, 60_000);

  test('requiring it of yourself starts your own setup', async () => {
    const boss = await person(stage());
    await stage().acme.accounts.add({ userName: 'boss', password: PASSWORD, isAdmin: true });
    await boss.quickly.signIn('boss');
    const { device } = await boss.quickly.enroll();
    await boss.quickly.signIn('boss', device);
    await boss.quickly.post('/api/auth/totp/disable', { password: PASSWORD, code: device.freshCode() });
    await openPerson(boss, 'boss');
    await boss.fill('From', dayIn(stage(), 0));
    await boss.press('Require from this day');
    // In the same session: nothing has to be typed again.
    await boss.sees(en.enroll.title);
    await boss.press(/^Authenticator app/);
    await boss.enroll();
    await boss.reads(en.manage.required.replace('{app}', 'Acme'));
    expect(new URL(boss.page.url()).pathname).toBe('/security');
    await boss.leave();
  }, 60_000);

  test('everything goes with the keyboard alone', async () => {
    const [id = ''] = await addPeople(stage(), ['keys']);
    await lock(stage(), id);
    const { admin } = await administrator(stage());
    const { page } = admin;
    const { keyboard } = page;
    await page.clock.setFixedTime(stage().clock());
    /** Moves on until the focus is on something with this name. */
    const tabTo = async (name: string): Promise<void> => {
      for (let tabs = 0; tabs < MAX_TABS; tabs++) {
        await keyboard.press('Tab');
        const found = await page.evaluate((wanted) => {
          const { activeElement: at } = document;
          const label =
            at instanceof HTMLInputElement ? (at.labels?.[0]?.textContent ?? at.ariaLabel) : at?.textContent;
          return label?.trim() === wanted;
        }, name);
        if (found) return;
      }
      throw new Error(`No way to ${name} with the keyboard.`);
    };
    await tabTo('Name');
    await keyboard.type('keys');
    await keyboard.press('Enter');
    await admin.reads(/^Everyone: 1 person with “keys”/);
    await tabTo('Locked 1');
    await keyboard.press('Enter');
    await admin.reads(/^Locked: 1 person/);
    await tabTo('Tick keys');
    await keyboard.press('Space');
    await admin.reads('1 person ticked');
    await tabTo('Unlock keys');
    await keyboard.press('Enter');
    await admin.reads('Unlocked.');
    expect(await focused(admin)).toBe('Unlock keys');
    await tabTo('Unlock');
    await keyboard.press('Enter');
    await admin.sees('Unlock?');
    await admin.reads('1 person. None of them are locked now.');
    await tabTo('Unlock');
    await keyboard.press('Enter');
    await admin.reads('Done: 1 person.');
    expect(await focused(admin)).toBe('All people');
    await keyboard.press('Enter');
    await admin.sees('People');
    await tabTo('Everyone 1');
    await keyboard.press('Enter');
    await admin.reads(/^Everyone: 1 person/);
    await tabTo('keys');
    await keyboard.press('Enter');
    await admin.sees('keys');
    await tabTo('Require from this day');
    await keyboard.press('Enter');
    await admin.reads(/^Required from \d/);
    expect(await focused(admin)).toBe('Require from this day');
    await tabTo('Stop requiring');
    await keyboard.press('Enter');
    await admin.reads('No longer required.');
    expect(await focused(admin)).toBe('Stop requiring');
    await tabTo('Reason');
    await keyboard.type('Keyboard only');
    await tabTo('Name of this person');
    await keyboard.type('keys');
    await keyboard.press('Enter');
    await admin.reads(/^Reset\. /);
    await admin.leave();
  }, 60_000);

  test('axe finds nothing serious in any state, narrow or wide, light or dark; nothing hangs over, and roles stay', async () => {
    const owner = await person(stage());
    await owner.quickly.join('axe-on');
    const ids = await addPeople(stage(), ['axe-locked', 'axe-a-name-as-long-as-a-name-gets']);
    await lock(stage(), ids[0] ?? '');
    await stage().acme.mfa.enforce(ids[1] ?? '', { from: new Date(stage().clock() + 9 * 86_400_000) });
    const { admin } = await administrator(stage());
    const { page } = admin;
    const problems: string[] = [];
    const look = async (name: string): Promise<void> => {
      for (const width of [320, 1100]) {
        await page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const where = `${name}-${width}-${colorScheme}`;
          const rules = colorScheme === 'light' ? 'all' : 'contrast';
          for (const finding of await seriousFindings(page, rules)) problems.push(`${where}: ${finding}`);
          await screenshot(page, where);
        }
        const overhang = Number(await page.evaluate(OVERHANG));
        if (overhang > 0) problems.push(`${name} hangs over by ${overhang} px at ${width} px`);
      }
    };
    await admin.open('/admin?name=axe-');
    await admin.sees('People');
    await look('admin-list');
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.getByRole('table').getByRole('row').count()).toBe(4);
    expect(await page.getByRole('columnheader').allTextContents()).toEqual([
      'Name',
      'Two-step verification',
      'Last used',
      'Required from',
      'Lock',
    ]);
    expect(await rowOf(admin, 'axe-locked').getByRole('cell').count()).toBe(5);
    expect(await page.getByRole('rowheader').count()).toBe(3);
    // The cells of a row stand under one another.
    const row = await page
      .locator('#rows tr:first-child > [data-label]')
      .evaluateAll((cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().left)));
    expect(new Set(row).size).toBe(1);
    await page.getByLabel('Tick axe-locked').check();
    await page.getByLabel('Tick axe-on').check();
    await admin.press('Unlock axe-locked');
    await admin.reads('Unlocked.');
    await look('admin-ticked');
    await admin.follow('Require from a day');
    await admin.sees('Require two-step verification?');
    await look('admin-several');
    await admin.press('Require it');
    await admin.reads('Done: 2 people.');
    await look('admin-several-done');
    await page.reload();
    await admin.sees('Nobody is ticked');
    await look('admin-nobody-ticked');
    await admin.open('/admin?name=nobody-has-this');
    await admin.reads('Nobody here.');
    await look('admin-empty');
    await openPerson(admin, 'axe-on');
    await look('admin-person');
    await admin.press('Reset two-step verification');
    await admin.reads('Write why');
    await look('admin-person-missing');
    await admin.press('Stop requiring');
    await admin.reads('No longer required.');
    await look('admin-person-done');
    await admin.open('/person?id=nobody');
    await admin.reads('There is no such person.');
    await look('admin-refused');
    expect(problems).toEqual([]);
    await admin.context.close();
    await owner.context.close();
  }, 120_000);
}
