/** setup: what someone waits for who adds an app: the answer of `setup`, and the picture of its URI. */
import { qrPngDataUrl, qrSvg } from '@mfakit/core/qr';
import { memoryStore } from '@mfakit/memory';
import { quickHasher } from '@mfakit/testkit';
import { startApplication } from '../application.ts';
import type { Bench, Findings, Scale } from '../bench.ts';
import { duration } from '../format.ts';
import { find, interleave } from '../interleave.ts';

const PNG_AT_MOST_MS = 5;

async function run({ smoke }: Scale): Promise<Findings> {
  const plan = smoke ? { rounds: 1, samples: 3 } : { rounds: 15, samples: 40 };
  let hashes = 0;
  const { mfa } = startApplication(memoryStore(), {
    hasher: (job) => {
      hashes += 1;
      return quickHasher(job);
    },
  });
  let users = 0;
  const setup = async (): Promise<string> => {
    const userId = `user-${(users += 1)}`;
    return (await mfa.setup({ userId }, { accountName: `${userId}@example.com` })).uri;
  };
  const uri = await setup();
  const measured = await interleave(
    [
      { name: '`setup`, memory store', run: setup },
      { name: '`qrPngDataUrl`', run: () => qrPngDataUrl(uri) },
      { name: '`qrSvg`', run: () => qrSvg(uri) },
    ],
    plan,
  );
  const hashesBefore = hashes;
  const png = find(measured, '`qrPngDataUrl`');
  return {
    text: [
      '`setup` answers with a URI and ten backup codes; the codes are hashed when the app is confirmed. The picture of that ' +
        `URI is drawn by \`@mfakit/core/qr\`, here for one of ${uri.length} characters.`,
    ],
    tables: [
      {
        head: ['', 'one call', 'processor time'],
        rows: measured.map(({ name, us, cpuUs }) => [name, duration(us), duration(cpuUs)]),
        note: `In ${users} calls of \`setup\`, the hasher was called ${hashesBefore} times before the answer.`,
      },
    ],
    targets: [
      {
        work: '`setup`',
        target: 'no hash before the answer',
        figure: String(hashesBefore),
        met: hashesBefore === 0,
      },
      {
        work: 'the picture of a URI, as PNG',
        target: `${PNG_AT_MOST_MS} ms or less`,
        figure: duration(png.us),
        met: png.us <= PNG_AT_MOST_MS * 1000,
        bound: 'the encoder, and zlib',
      },
    ],
  };
}

/** The benchmark. */
export const setup: Bench = { name: 'setup', title: 'Adding an app', run };
