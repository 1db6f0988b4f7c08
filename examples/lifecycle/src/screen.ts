/** Screen: shows a QR code on a terminal. */
import { stripVTControlCharacters } from 'node:util';

/** The lines as they are; without their colours if there are to be none. Most apps read an inverted code too. */
export function onScreen(lines: readonly string[], colour: boolean): readonly string[] {
  return colour ? lines : lines.map(stripVTControlCharacters);
}
