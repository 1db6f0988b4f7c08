/** Vitest: what test files import under that name, made of its parts, so that one process can run them again and again. */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  customMatchers,
  getState,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
  type ExpectStatic,
} from '@vitest/expect';
import { createTaskCollector, getCurrentSuite, getCurrentTest, getHooks } from '@vitest/runner';
import { fn, restoreAllMocks, spyOn } from '@vitest/spy';
import * as chai from 'chai';

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFinished, suite, test } from '@vitest/runner';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** As vitest makes it. */
export const expect: ExpectStatic = ((value: unknown, message?: string) => {
  const assertion = chai.expect(value, message) as unknown as { withTest(test: unknown): unknown };
  const running = getCurrentTest();
  return running === undefined ? assertion : assertion.withTest(running);
}) as unknown as ExpectStatic;
Object.assign(expect, chai.expect, Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT));
expect.getState = () => getState(expect);
expect.setState = (state) => setState(state, expect);
expect.extend = (matchers) =>
  (chai.expect as unknown as { extend(on: unknown, more: unknown): void }).extend(expect, matchers);
Reflect.set(globalThis, GLOBAL_EXPECT, expect);
expect.setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null });
expect.extend(customMatchers);

/** For `@fast-check/vitest`. */
export const TestRunner: object = { createTaskCollector, getCurrentSuite, getCurrentTest, getSuiteHooks: getHooks };

const replaced = new Map<PropertyKey, unknown>();

async function waitUntil<T>(ask: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false) return answer;
      if (Date.now() > end) throw new Error('It did not come to pass.');
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The part that the tests use. Replacing modules and faking timers is not in it: such files are left out. */
export const vi: object = {
  fn,
  spyOn,
  restoreAllMocks,
  waitFor: (ask: () => unknown) => waitUntil(async () => (await ask(), true), 1000),
  waitUntil: (ask: () => unknown, { timeout = 1000 }: { readonly timeout?: number } = {}) => waitUntil(ask, timeout),
  stubGlobal(name: PropertyKey, value: unknown) {
    if (!replaced.has(name)) replaced.set(name, Reflect.get(globalThis, name));
    Reflect.set(globalThis, name, value);
  },
  unstubAllGlobals() {
    for (const [name, value] of replaced) Reflect.set(globalThis, name, value);
    replaced.clear();
  },
};
