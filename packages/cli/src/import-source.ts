/** The source of an import, and its options: settings from flags, keys from variables and files. */
import type { OptionValues, Source, SourceOption } from '@mfakit/import';
import { usage } from './failure.ts';
import { readInput } from './input.ts';

/** @throws {Failure} that names the sources there are */
export async function sourceNamed(name: string): Promise<Source> {
  const { sources } = await import('@mfakit/import');
  const known: Readonly<Record<string, Source>> = sources;
  const source = Object.hasOwn(known, name) ? known[name] : undefined;
  if (source === undefined) throw usage(`The source must be one of ${Object.keys(known).join(', ')}.`);
  return source;
}

/** What the flags give, by option. */
interface OptionFlags {
  /** `name=value`. */
  readonly set: readonly string[];
  /** `name=file`. */
  readonly secretFile: readonly string[];
}

/** The values of a source's options. @throws {Failure} that names the option, and never its value */
export async function valuesFor({ options }: Source, { set, secretFile }: OptionFlags): Promise<OptionValues> {
  const values: Record<string, string | undefined> = {};
  for (const [name, option] of Object.entries(options)) {
    if (option.environment !== undefined) values[name] = process.env[option.environment];
  }
  for (const [name, value] of set.map((text) => pair('--set', text))) {
    if (optionNamed(options, name).secret)
      throw usage(`${name} is a secret, which no flag takes. ${whereFor(options, name)}`);
    values[name] = value;
  }
  for (const [name, file] of secretFile.map((text) => pair('--secret-file', text))) {
    optionNamed(options, name);
    values[name] = (await readInput(file)).trim();
  }
  const missing = Object.entries(options).find(([name, { required }]) => required && (values[name] ?? '') === '');
  if (missing !== undefined) {
    const [name, { secret, description }] = missing;
    throw usage(
      `${name} is needed: ${description}. ${secret ? whereFor(options, name) : `Give it with --set ${name}=…`}`,
    );
  }
  return values;
}

function optionNamed(options: Source['options'], name: string): SourceOption {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) throw usage(`The options of this source are ${Object.keys(options).join(', ') || 'none'}.`);
  return option;
}

function whereFor(options: Source['options'], name: string): string {
  const { environment } = optionNamed(options, name);
  const variable = environment === undefined ? '' : `into the variable ${environment}, or `;
  return `Put it ${variable}into a file for --secret-file ${name}=FILE.`;
}

function pair(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`${flag} must be a name, the sign = and what it is.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
