/** burst: many parallel wrong guesses on one account. */
import type { Bench, Findings, Scale } from '../bench.ts';
import { count, digits, duration } from '../format.ts';
import { abilityTable } from '../peers/abilities.ts';
import { burstOfPeer, burstOfOurs, type Burst } from './burst-runs.ts';
import { median } from '../statistics.ts';

const MAX_FAILURES = 10;
const PROCESSES = 4;
/** The ratio of the time per guess in the largest burst to that in the smallest. */
const LINEAR_WITHIN = 1.5;

async function run({ smoke }: Scale): Promise<Findings> {
  const sizes = smoke ? [20, 40] : [250, 500, 1000, 2000];
  const rounds = smoke ? 1 : 5;
  const [smallest = 0, largest = 0, thousand = 0] = [sizes[0], sizes.at(-1), sizes.at(-2)];

  const ours: Burst[] = [];
  await burstOfOurs(smallest, 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const guesses of sizes) ours.push(await burstOfOurs(guesses, 1));
  }
  const many = await burstOfOurs(thousand, PROCESSES);
  const peer = await burstOfPeer(smoke ? 20 : 200);

  const usPerGuess = (guesses: number): number =>
    median(ours.filter((burst) => burst.guesses === guesses).map((burst) => (burst.ms * 1000) / guesses));
  const growth = usPerGuess(largest) / usPerGuess(smallest);
  const rows = [...sizes.flatMap((guesses) => ours.findLast((burst) => burst.guesses === guesses) ?? []), many];
  const extraWrites = Math.max(...rows.map((burst) => burst.writes - MAX_FAILURES * burst.processes));
  return {
    text: [
      'All guesses are wrong and start at once on one account with a limit of ten. A guess is checked where its guesser ' +
        'learns that the code was wrong; the others learn that the account is locked. The guesses of mfakit come with one ' +
        'token; those of better-auth come with one challenge each, as an attacker who knows the password would send them, ' +
        'since a challenge of its own admits one attempt at a time and five in all.',
    ],
    tables: [
      {
        head: ['', 'guesses', 'instances', 'checked', 'locked or busy', 'store writes', 'time', 'per guess'],
        rows: [
          ...rows.map((burst) => [
            'mfakit',
            count(burst.guesses),
            String(burst.processes),
            count(burst.checked),
            count(burst.locked),
            count(burst.writes),
            duration(burst.ms * 1000),
            duration(burst.processes === 1 ? usPerGuess(burst.guesses) : (burst.ms * 1000) / burst.guesses),
          ]),
          [
            'better-auth',
            count(peer.guesses),
            '1',
            count(peer.checked),
            count(peer.locked),
            '',
            duration(peer.ms * 1000),
            duration((peer.ms * 1000) / peer.guesses),
          ],
        ],
      },
      abilityTable(['mfakit', 'better-auth']),
    ],
    targets: [
      {
        work: `a burst of ${count(thousand)} parallel wrong guesses`,
        target: `exactly ${MAX_FAILURES} \`invalid_code\` revealed`,
        figure: `${[...new Set([...ours, many].map(({ checked }) => checked))].join(', ')} (better-auth: ${peer.checked} of ${peer.guesses})`,
        met: [...ours, many].every(({ checked }) => checked === MAX_FAILURES),
      },
      {
        work: `a burst of ${count(thousand)} parallel wrong guesses`,
        target: `at most ${MAX_FAILURES} × processes store writes beyond them`,
        figure: `${many.writes} writes with ${PROCESSES} instances, ${rows[0]?.writes ?? 0} with one`,
        met: extraWrites <= MAX_FAILURES,
      },
      {
        work: `bursts of ${sizes.map(count).join(', ')}`,
        target: 'time linear in the burst',
        figure: `${digits(growth)} × the time per guess in the largest, to the smallest`,
        met: growth <= LINEAR_WITHIN,
      },
    ],
  };
}

/** The benchmark. */
export const burst: Bench = { name: 'burst', title: 'A burst of guesses on one account', run };
