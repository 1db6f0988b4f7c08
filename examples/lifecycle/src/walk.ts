/** Walk: the chapters in their order, and what happens if a step misbehaves. */
import { createMfa } from '@mfakit/core';
import { openAcme, type CreateMfa } from './acme.ts';
import { backupCodes } from './chapters/backup-codes.ts';
import { disable } from './chapters/disable.ts';
import { enforcement } from './chapters/enforcement.ts';
import { enroll } from './chapters/enroll.ts';
import { history } from './chapters/history.ts';
import { rotateKeys } from './chapters/keys.ts';
import { lockout } from './chapters/lockout.ts';
import { regenerate } from './chapters/regenerate.ts';
import { secondDevice } from './chapters/second-device.ts';
import { signIn } from './chapters/sign-in.ts';
import { createNarrator, type Output } from './narrator.ts';
import type { Scene } from './scene.ts';

/**
 * Tells the whole story.
 * @param create - makes each server's instance; the tests put a broken one here
 * @returns the exit code: 0, or 1 if a step misbehaves
 */
export async function walk(output: Output, create: CreateMfa = createMfa): Promise<0 | 1> {
  const narrator = createNarrator(output);
  narrator.text('mfakit: the life of a second factor, from setup to disable');
  narrator.text(
    'Everything below is real but for two things: the database is a Map in memory, and the clock stands still until ' +
      'it is moved by hand, so that a lock of 30 minutes takes no time. Two server instances answer in turn.',
  );
  narrator.text(
    'The secrets and codes are printed because they are made for this run and thrown away after it. ' +
      'A real application shows them to their user, once, and prints and logs none of them.',
  );
  narrator.text(
    '"refused" is what the library turned down, with the code that a program sees. ' +
      '"by hand" is what goes wrong at this point when people write MFA themselves.',
  );
  try {
    await tell({ acme: openAcme(create), narrator });
  } catch (error) {
    narrator.text(`Step ${narrator.position()} misbehaved: ${String(error)}`);
    return 1;
  }
  narrator.text('Every step ended as the library promises.');
  return 0;
}

async function tell(scene: Scene): Promise<void> {
  const ann = await enroll(scene);
  await signIn(scene, ann);
  await backupCodes(scene, ann);
  await lockout(scene, ann);
  const ben = await enforcement(scene);
  await secondDevice(scene, ann);
  await regenerate(scene, ann);
  await rotateKeys(scene, [ann, ben]);
  await disable(scene, ann);
  await history(scene, [ann, ben]);
}
