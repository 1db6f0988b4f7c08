/** The two scripts of the store: each runs alone on its server, and all of its keys are in one slot. */
import type { RedisClient } from './client.ts';

/**
 * KEYS: the record. Gives its revision and itself.
 *
 * PERSIST changes nothing, since no key expires. But it is a write: a replica refuses it, and so does a master with fewer
 * replicas than `min-replicas-to-write` demands. Such a server may not know yet that a user has enrolled.
 */
export const READ = `
redis.call('PERSIST', KEYS[1])
return redis.call('HMGET', KEYS[1], 'revision', 'record')
`;

/**
 * KEYS: the record, the events, the users. ARGV: the user id, the expected revision, the next one, the record, `add` or
 * `erase`, then number and text of each event. A revision comes with a mark before it, so that none at all is the empty
 * text. Gives 1 for a swap, 0 for a lost race.
 *
 * Looks at everything before it writes anything: what a script has written stays when it fails.
 */
export const COMMIT = `
local stored = redis.call('HGET', KEYS[1], 'revision')
local current = stored and '=' .. stored or ''
if ARGV[3] ~= '' and ARGV[3] == current then return 1 end
if ARGV[2] ~= current then return 0 end
for i = 6, #ARGV, 2 do
  if redis.call('ZCOUNT', KEYS[2], ARGV[i], ARGV[i]) > 0 then
    return redis.error_reply('ERR an event with this seq is stored already')
  end
end
if ARGV[3] == '' then
  redis.call('UNLINK', KEYS[1], KEYS[2])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return 1
end
redis.call('HSET', KEYS[1], 'revision', string.sub(ARGV[3], 2), 'record', ARGV[4])
if ARGV[5] == 'erase' then redis.call('UNLINK', KEYS[2]) end
for i = 6, #ARGV, 2 do redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', KEYS[3], 0, ARGV[1])
return 1
`;

/** Runs a script with these keys and arguments. */
export type Run = (keys: readonly string[], args: readonly string[]) => Promise<unknown>;

/** Names the script by its digest, and sends it whole to a server that does not have it. */
export function scriptOn(client: RedisClient, script: string): Run {
  let digest: Promise<string> | undefined;
  return async (keys, args) => {
    digest ??= sha1(script);
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await client.call('EVALSHA', await digest, ...rest);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return client.call('EVAL', script, ...rest);
    }
  };
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
