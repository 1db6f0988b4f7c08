/** hmacCount: counts HMAC computations, for tests that mock `@noble/hashes/hmac.js` with `countHmac`. */

type NobleHmac = typeof import('@noble/hashes/hmac.js');
type Instance = ReturnType<NobleHmac['hmac']['create']>;

let computed = 0;

/** HMAC values computed so far, whether in one call or step by step. */
export function hmacCount(): number {
  return computed;
}

/**
 * Returns the module with a count of every HMAC.
 * @example
 * vi.mock('@noble/hashes/hmac.js', async (original) => (await import('./hmac-count.ts')).countHmac(await original()));
 */
export function countHmac(module: NobleHmac): NobleHmac {
  const { hmac } = module;
  const counted = (...input: Parameters<typeof hmac>): ReturnType<typeof hmac> => {
    computed += 1;
    return hmac(...input);
  };
  return {
    ...module,
    hmac: Object.assign(counted, { create: ((...input) => watch(hmac.create(...input))) as typeof hmac.create }),
  };
}

function watch(instance: Instance): Instance {
  return new Proxy(instance, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...input: unknown[]): unknown => {
        if (name === 'digest' || name === 'digestInto') computed += 1;
        const output: unknown = Reflect.apply(member, target, input);
        if (output === target) return watch(target);
        return name === 'clone' ? watch(output as Instance) : output;
      };
    },
  });
}
