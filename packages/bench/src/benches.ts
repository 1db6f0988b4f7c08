/** The benchmarks, in the order of the page. */
import type { Bench } from './bench.ts';
import { totp } from './benches/totp.ts';
import { verify } from './benches/verify.ts';
import { observe } from './benches/observe.ts';
import { webauthn } from './benches/webauthn.ts';
import { argon2 } from './benches/argon2.ts';
import { burst } from './benches/burst.ts';
import { growth } from './benches/growth.ts';
import { http } from './benches/http.ts';
import { importing } from './benches/import.ts';
import { movingIn } from './benches/moving-in.ts';
import { rekey } from './benches/rekey.ts';
import { runtimes } from './benches/runtimes.ts';
import { setup } from './benches/setup.ts';
import { soak } from './benches/soak.ts';
import { outbox } from './benches/outbox.ts';
import { mysql } from './benches/mysql.ts';
import { postgres } from './benches/postgres.ts';
import { redis } from './benches/redis.ts';
import { sqlite } from './benches/sqlite.ts';

/** What `npm run bench` runs. */
export const BENCHES: readonly Bench[] = [
  totp,
  verify,
  observe,
  webauthn,
  postgres,
  redis,
  sqlite,
  setup,
  argon2,
  burst,
  growth,
  http,
  importing,
  outbox,
  movingIn,
  rekey,
  soak,
];

/** What it runs only if you name it: it needs other runtimes, or a `mariadbd`. */
export const ON_REQUEST: readonly Bench[] = [runtimes, mysql];
