/** Reads the YAML that `authelia storage user totp export` writes: one list of flat entries. */
import { RowError } from '../row-error.ts';

/**
 * The entries of the export, each a map of texts.
 * It reads this one shape, not YAML: what is anything else is malformed.
 * @throws {RowError} `malformed`
 */
export function readAutheliaExport(yaml: string): readonly Readonly<Record<string, string>>[] {
  const [first, ...lines] = yaml.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$|^---$/.test(line));
  if (first === undefined || !/^totp_configurations:\s*$/.test(first)) throw new RowError('malformed');
  const entries: Record<string, string>[] = [];
  for (const line of lines) {
    const [, start, name, value] = /^\s*(- )?\s*([a-z_]+):(?:\s+(.*\S))?\s*$/.exec(line) ?? [];
    if (name === undefined) throw new RowError('malformed');
    if (start !== undefined) entries.push({});
    const entry = entries.at(-1);
    if (entry === undefined || name in entry) throw new RowError('malformed');
    entry[name] = (value ?? '').replace(/^(['"])(.*)\1$/, '$2');
  }
  return entries;
}
