/** statementNames: a name for every statement that no other statement has. */
/** 128 bits: nobody finds two texts with one name, and the name stays within the 63 bytes of which PostgreSQL sees it. */
const DIGEST_BYTES = 16;

/**
 * Names statements by a digest of their text. The text holds the schema, so statements of two schemas, or of two releases
 * of this package, never meet under one name on a connection, behind whatever pooler.
 */
export function statementNames<Operation extends string>(
  statements: Readonly<Record<Operation, string>>,
): (operation: Operation) => Promise<string> {
  const names = new Map<Operation, Promise<string>>();
  return (operation) => {
    const name = names.get(operation) ?? nameOf(operation, statements[operation]);
    names.set(operation, name);
    return name;
  };
}

async function nameOf(operation: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = [...new Uint8Array(digest, 0, DIGEST_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `mfakit_${operation}_${hex.join('')}`;
}
