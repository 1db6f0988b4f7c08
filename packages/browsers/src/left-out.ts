/** leftOut: why tests do without an engine. */
import { missingEngine, type Engine } from './engine.ts';

/** `null`: it is here, and this run takes it. All but Chromium take a while. */
export function leftOut(engine: Engine): string | null {
  if (engine !== 'chromium' && process.env['MFAKIT_TEST_LONG'] !== '1') return 'MFAKIT_TEST_LONG=1 takes it';
  return missingEngine(engine);
}
