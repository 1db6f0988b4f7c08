/** Everything of a case that must never be told: secrets, codes, keys, ciphertexts and hashes. */
import type { FixtureCase } from './fixtures.ts';

/** Columns that name a row, or say when. */
const TOLD = [
  'id',
  'name',
  'friendly_name',
  'userLabel',
  'user_id',
  'userId',
  'username',
  'email',
  'created_at',
  'updated_at',
  'createdDate',
];

/** Settings that are no keys. */
const SETTINGS = ['encoding', 'derivation', 'info', 'digits', 'periodSeconds', 'digest'];

/** Texts that must appear nowhere. Codes of an app are left out: six digits are in every instant. */
export function secretsOf({ document, options, factors, backupCodes }: FixtureCase): readonly string[] {
  const keys = Object.entries(options).filter(([name]) => !SETTINGS.includes(name));
  return [
    ...texts(document),
    ...keys.flatMap(([, value]) => (value ?? '').split(/[,:\n]/)),
    ...factors.flatMap(({ secretBase32 }) => secretBase32 ?? []),
    ...backupCodes.map(({ code }) => code),
  ].filter((text) => text.length >= 8 && text !== 'base64');
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return value.length >= 16 && !isInstant(value) ? [value, JSON.stringify(value).slice(1, -1)] : [];
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (TOLD.includes(name) ? [] : texts(inner)));
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[ T]/.test(text);
}
