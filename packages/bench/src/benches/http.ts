/** http: `POST /totp-verify` through the contract, against a hand-written route over the same call. */
import { memoryStore } from '@mfakit/memory';
import { at, enrolMany, startApplication, type Application, type Login, type User } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { difference, find, interleave, ratio, type Candidate, type Measured, type Plan } from '../interleave.ts';
import { loadEarlier, sayEarlier } from '../earlier.ts';
import { requireOneCopy } from '../one-copy.ts';
import { wireClient, type WireClient } from '../wire-client.ts';
import { measureLogins } from './http-logins.ts';
import { ROUTES } from './http-routes.ts';

const AT_LEAST = 0.85;
const HONO_ADDS_AT_MOST_US = 25;
const FRAMEWORKS = ['Express', 'Hono'] as const;

const BOUND = 'the check of the body against its schema, its headers and time limit, and routing: a few µs each';

/** Requests in one sample: enough that the sample includes the collection of their garbage. */
const BATCH = 96;

async function run({ smoke, against }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 1 } : { rounds: 150, warmupRounds: 60, samples: 1 };
  const closing: (() => unknown)[] = [];
  try {
    const servers: Server[] = [];
    for (const [name, serve] of Object.entries(ROUTES)) {
      const application = startApplication(memoryStore());
      const users = await enrolMany(application, smoke ? 8 : BATCH);
      const server = await serve(application.mfa);
      closing.push(() => server.close());
      servers.push({ name, application, users, port: server.port });
    }
    requireOneCopy('express', 'hono', '@hono/node-server');
    const one = await measure(servers, 1, plan, closing);
    const eight = await measure(servers, 8, plan, closing);
    const earlier = await loadEarlier(against);
    const logins = await measureLogins(typeof earlier === 'string' ? null : earlier, smoke);
    return {
      text: [
        'Over kept connections, each sending one request after the other; server and client in one process, the memory ' +
          'store behind. The route by hand parses the body, calls `verify`, looks the account up and sets the cookie, and ' +
          'does nothing else. The contract also checks the body against its schema, refuses unknown fields, looks the ' +
          'account up before the token is spent, bounds the size and the time of the body, and answers refusals as ' +
          'problem details.',
        'A login of the last table is `POST /login`, which calls `begin`, and `POST /totp-verify`, over Hono and PostgreSQL 18 ' +
          'with default settings and unnamed statements, each application with 20 connections; clients, server and database ' +
          'share the cores. Each server library is loaded once, for everyone.',
        ...sayEarlier(earlier),
      ],
      tables: [
        {
          head: ['', 'connections', 'a request', 'per second', 'to the route by hand', 'added'],
          rows: [one, eight].flatMap((measured, index) =>
            measured.map(({ name, us }) => {
              const [framework = ''] = name.split(',');
              const connections = index === 0 ? '1' : '8';
              const own = name.endsWith('mfakit');
              const shared = own ? times(share(measured, framework)) : '';
              return [
                name,
                connections,
                duration(us),
                perSecond(us),
                shared,
                own ? duration(addedUs(measured, framework)) : '',
              ];
            }),
          ),
        },
        logins.table,
      ],
      targets: [
        ...FRAMEWORKS.map((framework) => ({
          work: `\`POST /totp-verify\` through ${framework}, 1 and 8 connections`,
          target: `at least ${AT_LEAST} of a route by hand`,
          figure: `${times(share(one, framework))}, ${times(share(eight, framework))}`,
          met: share(one, framework) >= AT_LEAST && share(eight, framework) >= AT_LEAST,
          bound: BOUND,
        })),
        {
          work: '`POST /totp-verify` through Hono, 1 and 8 connections',
          target: `at most ${HONO_ADDS_AT_MOST_US} µs more than a route by hand`,
          figure: `${duration(addedUs(one, 'Hono'))}, ${duration(addedUs(eight, 'Hono'))}`,
          met: Math.max(addedUs(one, 'Hono'), addedUs(eight, 'Hono')) <= HONO_ADDS_AT_MOST_US,
          bound: BOUND,
        },
        ...logins.targets,
      ],
    };
  } finally {
    for (const close of closing) await close();
  }
}

interface Server {
  readonly name: string;
  readonly application: Application;
  readonly users: readonly User[];
  readonly port: number;
}

/** Measures every server in turn, with a batch of sign-ins over the given number of connections. */
function measure(
  servers: readonly Server[],
  connections: number,
  plan: Plan,
  closing: (() => unknown)[],
): Promise<readonly Measured[]> {
  const candidates = servers.map(({ name, application, users, port }): Candidate => {
    const clients = Array.from({ length: connections }, () => wireClient(port));
    closing.unshift(...clients.map((client) => () => client.close()));
    let logins: readonly Login[] = [];
    const signIns = async (client: WireClient, first: number): Promise<void> => {
      for (let index = first; index < users.length; index += connections) {
        const { token, code } = at(logins, index);
        const answer = await client.send('POST', '/api/auth/totp-verify', { mfa_token: token, code });
        if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.body}`);
      }
    };
    return {
      name,
      prepare: async () => {
        logins = await application.logins(users);
      },
      run: () => Promise.all(clients.map(signIns)),
      operations: users.length,
    };
  });
  return interleave(candidates, plan);
}

function share(measured: readonly Measured[], framework: string): number {
  return 1 / ratio(find(measured, `${framework}, mfakit`), find(measured, `${framework}, by hand`));
}

/** What a request takes longer than by hand. */
function addedUs(measured: readonly Measured[], framework: string): number {
  return difference('added', find(measured, `${framework}, mfakit`), find(measured, `${framework}, by hand`)).us;
}

/** The benchmark. */
export const http: Bench = { name: 'http', title: 'verify over HTTP', run };
