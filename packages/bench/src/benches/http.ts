/** http: `POST /totp-verify` through the contract, against a route written by hand over the same call. */
import { memoryStore } from '@mfakit/memory';
import { at, enrolMany, startApplication, type Login } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration, perSecond, times } from '../format.ts';
import { find, interleave, ratio, type Candidate } from '../interleave.ts';
import { wireClient } from '../wire-client.ts';
import { ROUTES } from './http-routes.ts';

const AT_LEAST = 0.85;

async function run({ smoke }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 25, samples: 100 };
  const closing: (() => unknown)[] = [];
  try {
    const candidates: Candidate[] = [];
    for (const [name, serve] of Object.entries(ROUTES)) {
      const application = startApplication(memoryStore());
      const users = await enrolMany(application, plan.samples);
      const server = await serve(application.mfa);
      const client = wireClient(server.port);
      closing.push(
        () => client.close(),
        () => server.close(),
      );
      let logins: readonly Login[] = [];
      candidates.push({
        name,
        prepare: async () => {
          logins = await application.logins(users);
        },
        run: async (index) => {
          const { token, code } = at(logins, index);
          const answer = await client.send('POST', '/api/auth/totp-verify', { mfa_token: token, code });
          if (answer.status !== 200) throw new Error(`${name} answered ${answer.status}: ${answer.body}`);
        },
      });
    }
    const measured = await interleave(candidates, plan);
    const share = (framework: string): number =>
      1 / ratio(find(measured, `${framework}, mfakit`), find(measured, `${framework}, by hand`));
    return {
      text: [
        'One request after the other over one kept connection, server and client in one process, the memory store behind. ' +
          'The route by hand parses the body, calls `verify`, looks the account up and sets the cookie, and does nothing ' +
          'else. The contract also checks the body against its schema, refuses unknown fields, looks the account up before ' +
          'the token is spent, bounds the size and the time of the body, and answers refusals as problem details.',
      ],
      tables: [
        {
          head: ['', 'a request', 'per second', 'to the route by hand'],
          rows: measured.map(({ name, us }) => {
            const [framework = ''] = name.split(',');
            return [name, duration(us), perSecond(us), name.endsWith('mfakit') ? times(share(framework)) : ''];
          }),
        },
      ],
      targets: ['Express', 'Hono'].map((framework) => ({
        work: `\`POST /totp-verify\` through ${framework}`,
        target: `at least ${AT_LEAST} of a route by hand`,
        figure: times(share(framework)),
        met: share(framework) >= AT_LEAST,
        bound:
          'the token is opened twice, for the account before it is spent and in the core: 20 µs; the rest is the check of ' +
          'the body, its time limit, and routing',
      })),
    };
  } finally {
    for (const close of closing) await close();
  }
}

/** The benchmark. */
export const http: Bench = { name: 'http', title: 'verify over HTTP', run };
