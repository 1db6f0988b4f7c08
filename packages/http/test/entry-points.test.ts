/** One package is enough for an application: each binding has what a login route needs of the core. */
import { expect, test } from 'vitest';
import * as core from '@mfakit/core';
import * as express from '../../express/src/index.ts';
import * as hono from '../../hono/src/index.ts';
import * as http from '../src/index.ts';

test.each(Object.entries({ http, express, hono }))('@mfakit/%s', (_name, binding) => {
  // The very same: an error that one of them throws is an instance of the other's class.
  expect(binding.createMfa).toBe(core.createMfa);
  expect(binding.MfaError).toBe(core.MfaError);
  expect(binding.problemOf(new binding.MfaError('invalid_code'))?.status).toBe(401);
});
