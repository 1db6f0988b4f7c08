/** Snake case: the spelling of names on the wire. */

/** `backupCode` becomes `backup_code`. */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
