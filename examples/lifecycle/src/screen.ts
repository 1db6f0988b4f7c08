/** Screen: shows a QR code on a terminal, whatever its colours are. */

/** True black on true white, from the fixed part of the 256-colour palette: themes change the other sixteen. */
const BLACK_ON_WHITE = '\u{1b}[38;5;16;48;5;231m';
const PLAIN = '\u{1b}[0m';

/**
 * Half blocks are dark on light only if the terminal is light, so with colours each line brings its own. Without,
 * the lines stay as they are: most apps read an inverted code too.
 */
export function onScreen(lines: readonly string[], colour: boolean): readonly string[] {
  return colour ? lines.map((line) => BLACK_ON_WHITE + line + PLAIN) : lines;
}
