/** administrator: someone who may administer, on the page for it. */
import { en } from '@mfakit/elements/words/en';
import { DEMO_ACCOUNTS } from '@mfakit/example-application';
import type { Stage } from './example.ts';
import { person, type Person } from './person.ts';
import type { Device } from './scan.ts';

/** The ready account is one for the whole stage, and so is its device. */
const devices = new WeakMap<Stage, Device>();

/** Signs in with a fresh code; the first time through the pages, and two-step verification is turned on before that. */
export async function administrator(
  stage: Stage,
  options?: Parameters<typeof person>[1],
): Promise<{ readonly admin: Person; readonly device: Device }> {
  const admin = await person(stage, options);
  const password = DEMO_ACCOUNTS.find(({ isAdmin }) => isAdmin)?.password ?? '';
  const signIn = (): Promise<void> => admin.signIn('admin', password);
  let device = devices.get(stage);
  if (device !== undefined) {
    await admin.quickly.signIn('admin', device, password);
    await admin.open('/admin');
  } else {
    await signIn();
    await admin.sees('Hello, admin');
    await admin.follow('Admin');
    await admin.reads('Administration needs two-step verification, which you haven’t turned on yet.');
    await admin.follow('Turn it on');
    await admin.press(en.manage.addApp);
    ({ device } = await admin.enroll());
    devices.set(stage, device);
    await admin.signOut();
    await signIn();
    await admin.sees(en.signIn.title);
    await admin.prove(device, en.shared.continue);
    await admin.sees('Hello, admin');
    await admin.follow('Admin');
  }
  await admin.sees('People');
  return { admin, device };
}
