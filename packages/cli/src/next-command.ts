/** The command to go on with after an interruption, ready to be pasted into a shell. */

/** @param flags - by name; those without a value are left out */
export function nextCommand(command: string, flags: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(flags)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value = '']) => `--${name} ${quoted(value)}`);
  return ['mfakit', command, ...written].join(' ');
}

/** For a POSIX shell. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
