/** Checks the options of a source: what is missing, unknown or of the wrong form is refused before any row is read. */
import type { OptionValues, SourceOption } from './source.ts';

/** An option of a source that breaks a rule. Names option and rule, never the value. */
export class SourceOptionError extends Error {
  override readonly name = 'SourceOptionError';
  readonly option: string;

  constructor(option: string, rule: string) {
    super(`${option} ${rule}.`);
    this.option = option;
  }
}

/** The values with the defaults filled in. */
export function readOptions<Name extends string>(
  options: Readonly<Record<Name, SourceOption>>,
  values: OptionValues,
): OptionValues<Name> {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(options, name)) throw new SourceOptionError('An option', 'is not known to this source');
  }
  const entries = Object.entries<SourceOption>(options).map(([name, option]) => {
    const value = values[name] ?? option.default;
    if (option.required && (value === undefined || value === '')) throw new SourceOptionError(name, 'is required');
    if (value !== undefined && option.oneOf?.includes(value) === false) {
      throw new SourceOptionError(name, `must be one of ${option.oneOf.join(', ')}`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as OptionValues<Name>;
}

/** A whole number, or the default of the option. */
export function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new SourceOptionError(name, 'must be a whole number');
  return Number(value);
}

/** A list of texts, parted by commas or line ends. */
export function listOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(/[\s,]+/).filter((text) => text !== '');
}

/** `key:value` pairs of a list, as better-auth and Supabase write their keys. */
export function pairsOf(name: string, value: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    listOf(value).map((pair) => {
      const [, key, text] = /^([^:]+):(.+)$/.exec(pair) ?? [];
      if (key === undefined || text === undefined) throw new SourceOptionError(name, 'must be a list of name:value');
      return [key, text] as const;
    }),
  );
}

/** Runs `make`, and refuses the option if that throws: what it quotes of the value is dropped. */
export function keyOf<T>(name: string, rule: string, make: () => T): T {
  try {
    return make();
  } catch {
    throw new SourceOptionError(name, rule);
  }
}
