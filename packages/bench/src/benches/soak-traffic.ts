/** drive: clients that sign in, mistype, replay, spend and regenerate for a given time. */
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { wrongCode, type Application, type User } from '../application.ts';
import { inParallel } from '../parallel.ts';
import { wireClient, type WireClient } from '../wire-client.ts';

/** The kinds of exchange. */
export const KINDS = [
  'login',
  'wrong code, then login',
  'login, then the same code again',
  'status',
  'backup code',
  'wrong backup code',
  'regenerate',
] as const;

/** One kind of exchange. */
type Kind = (typeof KINDS)[number];

/** What the clients saw. */
export interface Traffic {
  /** Microseconds. A histogram, because a list would look like a leak. */
  readonly tookUs: Readonly<Record<Kind, RecordableHistogram>>;
  /** The first answers that the contract does not allow there. */
  readonly unexpected: readonly string[];
  /** How many there were in all. */
  readonly failures: number;
  readonly seconds: number;
}

/** How much traffic, and where. */
export interface Drive {
  readonly application: Application;
  readonly port: number;
  readonly users: readonly User[];
  readonly seconds: number;
}

interface Client extends User {
  backupCodes: string[];
}

const CLIENTS = 8;

/** Exchanges of each kind in a thousand. Backup codes are rare, and cost the time of hundreds of codes each. */
const SHARES: Readonly<Record<Kind, number>> = {
  login: 600,
  'wrong code, then login': 150,
  'login, then the same code again': 50,
  status: 189,
  'backup code': 5,
  'wrong backup code': 5,
  regenerate: 1,
};

/** A thousand exchanges, mixed by a step that reaches each place once, so that every run has the same traffic. */
const SCHEDULE: readonly Kind[] = mixed(KINDS.flatMap((kind) => Array.from({ length: SHARES[kind] }, () => kind)));

function mixed(kinds: readonly Kind[]): readonly Kind[] {
  return kinds.map((_, i) => kinds[(i * 377) % kinds.length] ?? 'login');
}

/** With so many hours between two exchanges of a user, wrong codes stay below the slow limit, which forgets one a day. */
const HOURS_APART = 6;

/** How many unexpected answers are kept: a string for each would be a leak of its own. */
const TOLD = 3;

/** Runs traffic: every user makes one exchange in turn. Then the clock moves on, and everyone starts again. */
export async function drive({ application, port, users, seconds }: Drive): Promise<Traffic> {
  const { mfa, clock } = application;
  const clients = users.map((user): Client => ({ ...user, backupCodes: [] }));
  const connections = Array.from({ length: CLIENTS }, () => wireClient(port));
  const free = [...connections];
  const tookUs = Object.fromEntries(KINDS.map((kind) => [kind, createHistogram()])) as Traffic['tookUs'];
  const unexpected: string[] = [];
  let failures = 0;
  const fail = (what: string): void => {
    failures += 1;
    if (unexpected.length < TOLD) unexpected.push(what);
  };
  let exchanges = 0;

  const start = performance.now();
  const endAt = start + seconds * 1000;
  while (performance.now() < endAt) {
    clock.advance({ hours: HOURS_APART });
    await inParallel(CLIENTS, clients.length, async (index) => {
      const client = clients[index];
      const wire = free.pop();
      if (client === undefined || wire === undefined || performance.now() >= endAt) return;
      const kind = SCHEDULE[(exchanges += 1) % SCHEDULE.length] ?? 'login';
      const began = performance.now();
      try {
        await exchange(kind, client, wire, clock());
      } catch (error) {
        fail(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
      }
      tookUs[kind].record(Math.ceil((performance.now() - began) * 1000));
      free.push(wire);
    });
  }
  for (const connection of connections) connection.close();
  // The library itself confirms that everyone can still sign in.
  for (const { userId } of clients) {
    if ((await mfa.status(userId)).locked) fail(`${userId} is locked`);
  }
  return { tookUs, unexpected, failures, seconds: (performance.now() - start) / 1000 };
}

async function exchange(kind: Kind, client: Client, wire: WireClient, now: number): Promise<void> {
  const { userId, phone } = client;
  const cookie = `sid=${userId}`;
  const code = phone.code(now);
  const token = async (): Promise<string> => {
    const { mfa_token } = await expectStatus(200, wire.send('POST', '/login', { userId }));
    return String(mfa_token);
  };
  const verify = (mfa_token: string, factor: object): ReturnType<WireClient['send']> =>
    wire.send('POST', '/api/auth/totp-verify', { mfa_token, ...factor });

  switch (kind) {
    case 'login':
      await expectStatus(200, verify(await token(), { code }));
      return;
    case 'wrong code, then login': {
      const challenge = await token();
      await expectStatus(401, verify(challenge, { code: wrongCode([phone], now) }));
      await expectStatus(200, verify(challenge, { code }));
      return;
    }
    case 'login, then the same code again':
      await expectStatus(200, verify(await token(), { code }));
      await expectStatus(401, verify(await token(), { code }));
      return;
    case 'status':
      await expectStatus(200, wire.send('GET', '/api/auth/totp/status', undefined, cookie));
      return;
    case 'backup code': {
      const backup_code = client.backupCodes.pop();
      // No codes are left, or they are not regenerated yet. Sign in instead, so that there is an exchange.
      await expectStatus(200, verify(await token(), backup_code === undefined ? { code } : { backup_code }));
      return;
    }
    case 'wrong backup code': {
      const challenge = await token();
      await expectStatus(401, verify(challenge, { backup_code: 'ZZZZ-ZZZZ' }));
      await expectStatus(200, verify(challenge, { code }));
      return;
    }
    case 'regenerate': {
      const path = '/api/auth/totp/backup-codes/regenerate';
      const answer = await expectStatus(200, wire.send('POST', path, { password: 'any', code }, cookie));
      client.backupCodes = answer['backup_codes'] as string[];
      return;
    }
  }
}

async function expectStatus(
  status: number,
  sent: ReturnType<WireClient['send']>,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await sent;
  if (answer.status !== status)
    throw new Error(`answered ${answer.status}, not ${status}: ${answer.body.slice(0, 200)}`);
  return JSON.parse(answer.body) as Readonly<Record<string, unknown>>;
}
