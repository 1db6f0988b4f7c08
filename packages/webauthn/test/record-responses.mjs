// Records what software keys answer: node record-responses.mjs > recorded-responses.json
// The file is kept, so that mutations of it are the same in each run: keys, and most signatures, are random. Needs a build.
import { softwareKey } from '@mfakit/testkit';

const challenge = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const rp = { id: 'example.org' };
const user = { id: 'c29tZSByYW5kb20gYnl0ZXM' };

const recorded = [];
for (const algorithm of [-7, -8, -257]) {
  for (const selfAttested of [false, true]) {
    const key = await softwareKey({
      algorithm,
      backupEligible: selfAttested,
      backedUp: selfAttested,
      transports: ['usb'],
    });
    const registration = await key.create({ challenge, rp, user }, { selfAttested });
    const assertion = await key.get({ challenge, rpId: rp.id });
    const id = `${algorithm}, ${selfAttested ? 'self-attested' : 'none'}`;
    recorded.push({ id, challenge, registration, assertion });
  }
}
process.stdout.write(`${JSON.stringify(recorded, null, 2)}\n`);
