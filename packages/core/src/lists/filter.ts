/** Filter: which users a list is about, checked and ready to be asked. */
import { invalidInput } from '../errors.ts';
import { asObject } from '../input.ts';
import { isInState, USER_STATES, type Facts } from './facts.ts';
import type { UserFilter, UserState } from './types.ts';

/** No key id is longer: it is 8 bytes in base64url, and a few spare. */
const MAX_KEY_ID = 64;

/** @throws {MfaError} `invalid_input` */
export function parseFilter(given: unknown): UserFilter {
  const { state, key, ...rest } = asObject('filter', given);
  if (Object.keys(rest).length > 0 || (state === undefined) === (key === undefined)) {
    throw invalidInput('filter', 'must have either state or key, and nothing else');
  }
  if (state !== undefined) {
    if (!isState(state)) throw invalidInput('state', `must be one of: ${USER_STATES.join(', ')}`);
    return { state };
  }
  if (typeof key !== 'string' || key.length < 1 || key.length > MAX_KEY_ID) {
    throw invalidInput('key', `must be the id of a key, 1 to ${MAX_KEY_ID} characters`);
  }
  return { key };
}

/** Whether a user belongs in the list at an instant. */
export function belongs({ state, key }: UserFilter, facts: Facts, now: number): boolean {
  return state === undefined ? facts.keyIds.includes(key) : isInState(state, facts, now);
}

function isState(state: unknown): state is UserState {
  return USER_STATES.some((known) => known === state);
}
