// Records what Chromium answers with virtual authenticators: node record-in-chromium.mjs > recorded-in-chromium.json
// Needs a Node that runs TypeScript (22.18 or newer).
import { launchChromium } from '../../browsers/src/launch-chromium.ts';
import { virtualKey } from '../../../examples/pages/test/virtual-key.ts';

const challenge = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const rp = { id: 'example.org', name: 'Acme' };
const user = { id: 'c29tZSByYW5kb20gYnl0ZXM', name: 'ann', displayName: 'ann' };

const KEYS = [
  ['a passkey of the platform', {}],
  ['a synced passkey', { synced: true }],
  ['a security key that verifies nobody and keeps nothing', { verifies: false, resident: false }],
  ['a U2F key', { protocol: 'u2f' }],
];

const browser = await launchChromium();
const recorded = [];
for (const [id, options] of KEYS) {
  const page = await browser.newPage();
  await page.route('https://example.org/', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Acme</p>' }));
  await page.goto('https://example.org/');
  await virtualKey(page, options);
  const answers = await page.evaluate(
    async ([creation, request]) => {
      const made = await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(creation),
      });
      const registration = made.toJSON();
      const allowCredentials = [{ type: 'public-key', id: registration.id }];
      const given = await navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({ ...request, allowCredentials }),
      });
      return { registration, assertion: given.toJSON() };
    },
    [
      {
        challenge,
        rp,
        user,
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      },
      { challenge, rpId: rp.id, userVerification: 'preferred' },
    ],
  );
  recorded.push({ id, challenge, ...answers });
  await page.close();
}
await browser.close();
process.stdout.write(`${JSON.stringify(recorded, null, 2)}\n`);
