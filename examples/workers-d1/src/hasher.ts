/** The hasher of backup codes: WebAssembly that was compiled when the Worker was deployed. */
import type { CodeHasher } from '@mfakit/core';
import plain from 'argon2id/dist/no-simd.wasm';
import simd from 'argon2id/dist/simd.wasm';
import setUp from 'argon2id/lib/setup.js';

let loaded: ReturnType<typeof setUp> | undefined;

const load = async (
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> => ({
  module,
  instance: await WebAssembly.instantiate(module, imports),
});

/** Argon2id, in 65 MB of the 128 MB that a Worker has. */
export const wasmHasher: CodeHasher = async ({ message, memoryKiB, digestBytes, ...job }) => {
  loaded ??= setUp(
    (imports) => load(simd, imports),
    (imports) => load(plain, imports),
  );
  const hash = await loaded;
  return hash({ ...job, password: message, memorySize: memoryKiB, tagLength: digestBytes });
};
