/** checkServers: whether the settings hold on which the promises of the port rest, on every master. */
import type { RedisClient, RedisNode } from './client.ts';

/** What an operator may vouch for, since the store cannot prove it. */
export type Accepted =
  /** Durability, if the service does not show its settings. A setting that is shown must be right all the same. */
  | 'unproven-durability'
  /** Replicas without `min-replicas-to-write`. */
  | 'no-min-replicas';

/** What makes `1` mean durable. */
const DURABILITY: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'always',
  // With yes, nothing is synced while the file is rewritten.
  'no-appendfsync-on-rewrite': 'no',
};

const AFTER_A_CRASH = 'after a crash of the server counted failures are forgotten and spent codes work again';

/** How a server says that CONFIG is not for this client. */
const FORBIDDEN = /unknown (?:sub)?command|NOPERM|not allowed|permission/i;

/**
 * @throws {Error} that names the setting
 * @throws what the client throws
 */
export async function checkServers(client: RedisClient, accepted: readonly Accepted[]): Promise<void> {
  // A cluster knows its masters once it is connected.
  await client.call('PING');
  const nodes = client.nodes?.('master') ?? [client];
  if (nodes.length === 0)
    throw new Error('The client of the Redis cluster knows no master: look whether it is connected.');
  for (const node of nodes) await checkServer(node, accepted);
}

async function checkServer(node: RedisNode, accepted: readonly Accepted[]): Promise<void> {
  const info = await informationOf(node);
  if (info.get('role') !== 'master') {
    throw new Error(
      'This Redis server is a replica: it may not know that a user has enrolled, or that a code is spent. Connect to the master.',
    );
  }
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  // No key of the store expires, and only such keys are evicted by volatile policies.
  if (policy !== 'noeviction' && !policy.startsWith('volatile-')) {
    throw new Error(
      `maxmemory-policy is ${policy} in Redis: a user who is evicted has no second factor. Set it to noeviction.`,
    );
  }
  // Is told only if min-replicas-to-write is above 0.
  const guarded = info.has('min_slaves_good_slaves') || accepted.includes('no-min-replicas');
  if (Number(info.get('connected_slaves')) > 0 && !guarded) {
    throw new Error(
      'min-replicas-to-write is 0 in Redis, although there are replicas: a master that is cut off from them goes on, and ' +
        "after the fail-over the codes that it accepted work again. Set it to 1 or more, or accept 'no-min-replicas'.",
    );
  }
  await checkDurability(node, accepted.includes('unproven-durability'));
}

async function checkDurability(node: RedisNode, unproven: boolean): Promise<void> {
  for (const [setting, right] of Object.entries(DURABILITY)) {
    const value = await settingOf(node, setting);
    if (value === right || (value === undefined && unproven)) continue;
    if (value === undefined) {
      throw new Error(
        `This Redis server does not tell ${setting}. Unless it is ${right}, ${AFTER_A_CRASH}. Allow CONFIG GET; or, if the ` +
          "service promises that an answered write is durable, accept 'unproven-durability'.",
      );
    }
    throw new Error(`${setting} is ${value} in Redis: ${AFTER_A_CRASH}. Set it to ${right}.`);
  }
}

/** What INFO tells, by name. */
async function informationOf(node: RedisNode): Promise<ReadonlyMap<string, string>> {
  const lines = String(await node.call('INFO')).split(/\r?\n/);
  return new Map(lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)]));
}

/** A setting; `undefined` if the server keeps it to itself. */
async function settingOf(node: RedisNode, setting: string): Promise<string | undefined> {
  try {
    const answer: unknown = await node.call('CONFIG', 'GET', setting);
    // A list of name and value, or what a driver makes of a map.
    const [, value] = Array.isArray(answer) ? answer : (mapEntries(answer)[0] ?? []);
    return value === undefined ? undefined : String(value);
  } catch (error) {
    if (error instanceof Error && FORBIDDEN.test(error.message)) return undefined;
    throw error;
  }
}

function mapEntries(answer: unknown): readonly (readonly unknown[])[] {
  return answer instanceof Map ? [...answer] : Object.entries(Object(answer));
}
