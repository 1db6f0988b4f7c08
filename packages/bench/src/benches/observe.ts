/** observe: what an observer costs a `verify`, and what it costs that there could be one. */
import { diagnosticsChannel } from '@mfakit/diagnostics-channel';
import { memoryStore } from '@mfakit/memory';
import { openTelemetry } from '@mfakit/opentelemetry';
import { at, enrolMany, startApplication, type ApplicationOptions, type Login } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { digits, duration, times } from '../format.ts';
import { difference, find, interleave, ratio, type Candidate } from '../interleave.ts';

const SHARE_LIMIT = 0.005;

/** What is observed of a `verify`: the call, a read and a commit. */
const PIECES = 3;

const UNSET = 'not set';
const AGAIN = 'not set, once more';
const CHANNELS = 'channels without subscribers';
const API = 'OpenTelemetry without an SDK';

/** By name, the options that differ. */
const OBSERVERS: readonly (readonly [name: string, options: ApplicationOptions])[] = [
  [UNSET, {}],
  [AGAIN, {}],
  [CHANNELS, diagnosticsChannel()],
  [API, openTelemetry()],
];

async function run({ smoke }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 11, samples: 60 };
  const calls: Candidate[] = [];
  const holders: Candidate[] = [];
  for (const [name, options] of OBSERVERS) {
    const application = startApplication(memoryStore(), options);
    const users = await enrolMany(application, plan.samples);
    let logins: readonly Login[] = [];
    const prepare = async (): Promise<void> => {
      logins = await application.logins(users);
    };
    calls.push({ name, prepare, run: (index) => application.mfa.verify(at(logins, index)) });
    holders.push({ name, prepare, run: () => application.mfa.tokenHolder(at(logins, 0).token) });
  }
  const verify = await interleave(calls, plan);
  const holder = await interleave(holders, { ...plan, runsPerSample: smoke ? 2 : 50 });
  const unset = find(verify, UNSET);
  /** The share of a `verify` that its observed pieces cost. */
  const share = (name: string): number =>
    (PIECES * Math.max(0, difference(name, find(holder, name), find(holder, UNSET)).us)) / unset.us;
  const target = (work: string, name: string): Findings['targets'][number] => ({
    work,
    target: `at most ${percent(SHARE_LIMIT)} of \`verify\``,
    figure: percent(share(name)),
    met: share(name) <= SHARE_LIMIT,
    bound: `two applications without an observer differ by ${percent(share(AGAIN))} here`,
  });
  return {
    text: [
      'Without an observer the parts of an application are the same objects as if there were no such option, so two ' +
        'applications without one show how exact this is. The share is that of three observed pieces, a call and two ' +
        'questions to the store. One piece is measured as the difference of two `tokenHolder`, the cheapest call there is: ' +
        'differences of whole calls to `verify` drown in its own spread.',
    ],
    tables: [
      {
        head: ['observer', '`verify`', 'to none', '`tokenHolder`', 'share of `verify`'],
        rows: OBSERVERS.map(([name]) => [
          name,
          duration(find(verify, name).us),
          times(ratio(find(verify, name), unset)),
          duration(find(holder, name).us),
          percent(share(name)),
        ]),
      },
    ],
    targets: [target('`observe` not set', AGAIN), target('`diagnostics_channel` without subscribers', CHANNELS)],
  };
}

function percent(part: number): string {
  return `${digits(part * 100)} %`;
}

/** The benchmark. */
export const observe: Bench = { name: 'observe', title: 'An observer', run };
