/** Browser name: what the list of trusted browsers shows, such as `Firefox on Windows`. */

/** The first that fits: most browsers name others as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg/, 'Edge'],
  [/OPR/, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux|CrOS/, 'Linux'],
];

/** @param userAgent - the header, for the name alone: nothing is decided by it */
export function browserName(userAgent: string): string {
  const named = (names: typeof BROWSERS): string | undefined => names.find(([sign]) => sign.test(userAgent))?.[1];
  const system = named(SYSTEMS);
  return `${named(BROWSERS) ?? 'Browser'}${system === undefined ? '' : ` on ${system}`}`;
}
