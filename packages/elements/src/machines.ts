/** Public names of @mfakit/elements/machines: the elements without their looks. */
export { enroll } from './machines/enroll.ts';
export type { EnrollMachine, EnrollOptions, EnrollState, Given, Kind, Next } from './machines/enroll.ts';
export { forgetKeptSetup } from './machines/kept-setup.ts';
export type { TabStorage } from './machines/kept-setup.ts';
export type { Machine } from './machines/machine.ts';
export { manage } from './machines/manage.ts';
export type { Change, ManageMachine, ManageOptions, ManageState, Said, Shown } from './machines/manage.ts';
export { passkeyAutofill } from './machines/passkey-autofill.ts';
export type { PasskeyAutofillOptions } from './machines/passkey-autofill.ts';
export type { Passkeys } from './machines/passkeys.ts';
export type { Answer, Question, Way } from './machines/question.ts';
export { signIn } from './machines/sign-in.ts';
export type { Begun, SignInMachine, SignInOptions, SignInState } from './machines/sign-in.ts';
export { stepUp, withStepUp } from './machines/step-up.ts';
export type { Asks, StepUpMachine, StepUpOptions, StepUpReason, StepUpState } from './machines/step-up.ts';
export { toTold } from './machines/told.ts';
export type { Told, ToldCode, ToldField } from './machines/told.ts';
