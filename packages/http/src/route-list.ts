/** Route list: the routes of the contract, one line each; `paths.ts` has their addresses. */
export { setup } from './routes/setup.ts';
export { confirm } from './routes/confirm.ts';
export { verify } from './routes/verify.ts';
export { disable } from './routes/disable.ts';
export { regenerate } from './routes/regenerate.ts';
export { status } from './routes/status.ts';
export { enforceSetup } from './routes/enforce-setup.ts';
export { enforceConfirm } from './routes/enforce-confirm.ts';
export { removeFactor } from './routes/remove-factor.ts';
export { stepUp } from './routes/step-up.ts';
export { forgetDevice } from './routes/forget-device.ts';
export { forgetDevices } from './routes/forget-devices.ts';
export { history } from './routes/history.ts';
