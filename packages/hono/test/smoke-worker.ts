/** Smoke worker: the smoke application as a module worker; Bun and Deno know the same form. */
import { smokeApplication } from './smoke-application.ts';

// A worker's module must have its handler as the default export.
// oxlint-disable-next-line import/no-default-export
export default smokeApplication();
