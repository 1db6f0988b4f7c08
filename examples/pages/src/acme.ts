/** Acme: what the elements of all pages are defined with. */
import type { ElementsOptions } from '@mfakit/elements';
import { en } from '@mfakit/elements/words/en';
import { mfa } from './api.ts';

/** For the `define…` of the elements that a page has. */
export const ACME: ElementsOptions = { client: mfa, app: 'Acme', words: en };
