/** Public names of @mfakit/elements. */
import { defineManage } from './elements/manage.ts';
import type { ElementsOptions } from './elements/settings.ts';
import { defineSignIn } from './elements/sign-in.ts';
import { defineStepUp } from './elements/step-up.ts';

/**
 * Defines all elements. Importing them does nothing, and neither does calling this twice; the last call's options count for
 * elements that come onto the page after it.
 * @example
 * ```ts
 * define({ client: createPasskeyClient({ baseUrl: '/api/auth' }), app: 'Acme', words: en });
 * ```
 */
export function define(options: ElementsOptions): void {
  defineSignIn(options);
  defineManage(options);
  defineStepUp(options);
}

export { defineEnroll, EnrollElement } from './elements/enroll.ts';
export type { EnrollDone } from './elements/enroll.ts';
export { defineManage, ManageElement } from './elements/manage.ts';
export type { ManageChanged } from './elements/manage.ts';
export type { ElementsOptions } from './elements/settings.ts';
export { defineSignIn, SignInElement } from './elements/sign-in.ts';
export type { SignInDone } from './elements/sign-in.ts';
export { defineStepUp, StepUpElement } from './elements/step-up.ts';
export { forgetKeptSetup } from './machines/kept-setup.ts';
export { passkeyAutofill } from './machines/passkey-autofill.ts';
export type { PasskeyAutofillOptions } from './machines/passkey-autofill.ts';
export type { Passkeys } from './machines/passkeys.ts';
export { withStepUp } from './machines/step-up.ts';
export type { Begun } from './machines/sign-in.ts';
export { toTold } from './machines/told.ts';
export type { Told } from './machines/told.ts';
export { sentence } from './words/say.ts';
export type { Speaker } from './words/say.ts';
export type { Words } from './words/words.ts';
