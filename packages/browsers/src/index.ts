/** Public names of @mfakit/browsers. */
export { accessibilityFindings } from './accessibility.ts';
export type { Finding } from './accessibility.ts';
export type {
  Authenticator,
  AuthenticatorOptions,
  Browser,
  Complaint,
  Display,
  Focused,
  Json,
  Key,
  LaunchOptions,
  Page,
  Target,
  Viewport,
} from './browser.ts';
export { ABILITIES, ENGINES } from './engine.ts';
export type { Abilities, Engine } from './engine.ts';
export { RECORDER } from './in-page.ts';
export { leftOut } from './left-out.ts';
export { launchBrowser } from './launch-browser.ts';
export { launchChromium } from './launch-chromium.ts';
