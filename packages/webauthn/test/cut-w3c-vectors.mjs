// Cuts the test vectors out of the text of the standard: node cut-w3c-vectors.mjs index.bs > w3c-vectors.json
// The text is `index.bs` of the repository w3c/webauthn, section 16; the kept file is from commit 146d0db0 of 2026-07-30.
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2], 'utf8');
const start = text.indexOf('{#sctn-test-vectors-attestation-root-cert}');
const end = text.indexOf('{#test-vectors-extensions}');

/** What a relying party sees, of each example. */
const FIELDS = ['challenge', 'credential_id', 'clientDataJSON', 'attestationObject', 'authenticatorData', 'signature'];

const fieldsOf = (example) =>
  Object.fromEntries(
    [...example.matchAll(/^(\w+) = h'([0-9a-f]+)'/gm)]
      .filter(([, name]) => FIELDS.includes(name))
      .map(([, name, hex]) => [name, Buffer.from(hex, 'hex').toString('base64url')]),
  );

const vectors = [
  ...text.slice(start, end).matchAll(/^## (.+?) ## \{#sctn-test-vectors-([\w-]+)\}$(.*?)(?=^## |$(?![^]))/gms),
]
  .filter(([, , id]) => id !== 'attestation-root-cert')
  .map(([, title, id, body]) => {
    const [registration, authentication] = [...body.matchAll(/<xmp[^>]*>(.*?)<\/xmp>/gs)].map(([, example]) =>
      fieldsOf(example),
    );
    return { id, title, registration, authentication };
  });

process.stdout.write(`${JSON.stringify(vectors, null, 2)}\n`);
