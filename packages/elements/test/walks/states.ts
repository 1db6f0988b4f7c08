/** States: how to bring about each thing that people can see, for pictures and for checks of what all of them must hold. */
import { virtualAuthenticator } from '@mfakit/testkit';
import type { Page } from '@mfakit/browsers';
import { uriOn, type Scene, type Shown } from './scene.ts';

/** Brings a state about on a page. */
export type Bring = (scene: Scene, shown: Shown) => Promise<Page>;

/** Somebody who has an app, at the second step. */
const atSecondStep: Bring = async ({ show, newUser }, shown) =>
  show('mfa-sign-in', (await newUser()).userId, { ...shown, login: true });

/** Somebody without anything, who sets up an app. */
const scanning: Bring = async ({ show, newName }, shown) => {
  const page = await show('mfa-enroll', newName(), { ...shown, kinds: 'totp' });
  await page.sees('.mfa-picture');
  return page;
};

/** Presses a button by its place: its words are in any language. */
const press = (page: Page, selector: string): Promise<unknown> =>
  page.evaluate(`(selector) => document.querySelector(selector).click()`, selector);

const managing: Bring = async ({ show, newUser, stage }, shown) => {
  const { userId, code } = await newUser();
  for (const label of ['Firefox on Linux', 'Chrome on Android']) {
    const begun = await stage.logIn(userId);
    await stage.mfa.verify({ token: begun.mfa_token, code: code(), trustDevice: { label } });
    stage.clock.advance({ seconds: 30 });
  }
  const page = await show('mfa-manage', userId, shown);
  await page.sees('[data-key="regenerate"]');
  return page;
};

const asked =
  (key: string): Bring =>
  async (scene, shown) => {
    const page = await managing(scene, shown);
    await press(page, `[data-key^="${key}"]`);
    await page.sees('input[name="password"]');
    return page;
  };

const paying: Bring = async ({ show, newUser }, shown) => {
  const page = await show('mfa-step-up', (await newUser()).userId, shown);
  await press(page, 'main > button');
  await page.sees('dialog input');
  return page;
};

/** Each state by its name. */
export const STATES: Readonly<Record<string, Bring>> = {
  'sign-in-code': atSecondStep,
  'sign-in-code-wrong': async (scene, shown) => {
    const page = await atSecondStep(scene, shown);
    await page.fill('input[name="code"]', '000000');
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    return page;
  },
  'sign-in-code-empty': async (scene, shown) => {
    const page = await atSecondStep(scene, shown);
    await press(page, '.mfa-primary');
    await page.sees('[aria-invalid="true"]');
    return page;
  },
  'sign-in-backup-code': async (scene, shown) => {
    const page = await atSecondStep(scene, shown);
    await press(page, '.mfa-ways button');
    await page.sees('input[name="backup_code"]');
    return page;
  },
  'sign-in-no-way': async (scene, shown) => {
    const page = await atSecondStep(scene, shown);
    await page.evaluate(`() => {
      const element = document.querySelector('mfa-sign-in');
      element.begun = { ...element.begun, methods: [] };
    }`);
    await page.until('there is no form', `() => document.querySelector('form') === null`);
    return page;
  },
  'sign-in-locked': async (scene, shown) => {
    const { userId, wrongCode } = await scene.newUser();
    const page = await scene.show('mfa-sign-in', userId, { ...shown, login: true });
    for (let tries = 0; tries < 10; tries += 1)
      await scene.stage.mfa.stepUp(userId, { code: wrongCode() }).catch(() => null);
    await page.fill('input[name="code"]', wrongCode());
    await page.press('Enter');
    await page.until('it is locked', `() => document.querySelector('form') === null`);
    return page;
  },
  'sign-in-expired': async (scene, shown) => {
    const page = await atSecondStep(scene, shown);
    scene.stage.clock.advance({ minutes: 6 });
    await page.fill('input[name="code"]', '000000');
    await page.press('Enter');
    await page.until('it has ended', `() => document.querySelector('form') === null`);
    return page;
  },
  'enroll-choose': async ({ show, newName }, shown) => {
    const page = await show('mfa-enroll', newName(), shown);
    await page.until(
      'there is something to choose',
      `() => document.querySelector('.mfa-choice, .mfa-picture') !== null`,
    );
    return page;
  },
  'enroll-proof': async ({ show, newUser }, shown) => {
    const page = await show('mfa-enroll', (await newUser()).userId, { ...shown, kinds: 'totp' });
    await page.sees('input[name="password"]');
    return page;
  },
  'enroll-scan': scanning,
  'enroll-key': async (scene, shown) => {
    const page = await scanning(scene, shown);
    await press(page, 'summary');
    await page.sees('.mfa-key');
    return page;
  },
  'enroll-scan-wrong': async (scene, shown) => {
    const page = await scanning(scene, shown);
    await page.fill('input[name="code"]', '000000');
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    return page;
  },
  'enroll-passkey': async ({ show, newName, browser }, shown) => {
    const page = await show('mfa-enroll', newName(), { ...shown, kinds: 'passkey' });
    // Where there are no passkeys it says so.
    await page.sees(browser.engine === 'webkit' ? '.mfa-heading' : 'form');
    return page;
  },
  'enroll-codes': async (scene, shown) => {
    const page = await scanning(scene, shown);
    await page.fill('input[name="code"]', virtualAuthenticator(await uriOn(page)).code(scene.stage.clock()));
    await page.press('Enter');
    await page.sees('.mfa-codes');
    return page;
  },
  'enroll-ended': async (scene, shown) => {
    const user = scene.newName();
    const page = await scene.show('mfa-enroll', user, { ...shown, kinds: 'totp' });
    await page.sees('.mfa-picture');
    await scene.stage.mfa.setup({ userId: user }, { accountName: user });
    await page.fill('input[name="code"]', '000000');
    await page.press('Enter');
    await page.until('it has ended', `() => document.querySelector('form') === null`);
    return page;
  },
  'manage-off': async ({ show, newName }, shown) => {
    const page = await show('mfa-manage', newName(), shown);
    await page.sees('.mfa-off');
    return page;
  },
  'manage-on': managing,
  'manage-required': async ({ show, newUser, stage }, shown) => {
    const { userId } = await newUser();
    await stage.mfa.enforce(userId);
    const page = await show('mfa-manage', userId, shown);
    await page.sees('[data-key="regenerate"]');
    return page;
  },
  'manage-remove': asked('remove'),
  'manage-new-codes': asked('regenerate'),
  'manage-turn-off': asked('off'),
  'manage-signed-out': async (scene, shown) => {
    const page = await managing(scene, shown);
    await page.evaluate(`() => {
      document.cookie = 'user=; path=/; max-age=0';
      document.dispatchEvent(new Event('visibilitychange'));
    }`);
    await page.sees('a[href="/?element=none"]');
    return page;
  },
  'step-up': paying,
  'step-up-wrong': async (scene, shown) => {
    const page = await paying(scene, shown);
    await page.fill('dialog input', '000000');
    await page.press('Enter');
    await page.sees('[aria-invalid="true"]');
    return page;
  },
  'step-up-nothing': async ({ show, newName }, shown) => {
    const page = await show('mfa-step-up', newName(), shown);
    await press(page, 'main > button');
    await page.sees('dialog [role="alert"]');
    return page;
  },
};
