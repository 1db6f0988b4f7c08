/** Safe text: what people typed and databases hold, without characters that command a terminal or forge a line. */

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The name and password in the URL of a database. */
const CREDENTIALS = /\/\/[^\s/@]*@/g;
const MAX_CHARACTERS = 300;
/** A driver may wrap an error; what is deeper tells nothing new. */
const MAX_CAUSES = 4;

/** One line without control characters: each is shown by its number, as in `\u{1b}`. */
export function safeText(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Without what stands before the `@` of a URL. */
function withoutCredentials(text: string): string {
  return text.replaceAll(CREDENTIALS, '//***@');
}

/** An error in one line: its sentence, and what caused it. */
export function describeError(error: unknown): string {
  const sentences: string[] = [];
  for (let next = error; sentences.length <= MAX_CAUSES; next = next.cause) {
    if (!(next instanceof Error)) {
      if (sentences.length === 0) return 'Something that is no error was thrown.';
      break;
    }
    const code: unknown = Reflect.get(next, 'code');
    const sentence = firstLine(next);
    // Node's own errors of several addresses have a code and no sentence.
    sentences.push(sentence === '' ? (typeof code === 'string' ? code : next.name) : sentence);
  }
  return safeText(sentences.join(' Cause: '));
}

/** The first line alone: what wraps a driver puts the parameters of the statement on the second. */
function firstLine(error: Error): string {
  // The parser of JSON quotes what it read.
  if (error instanceof SyntaxError) return 'It cannot be parsed.';
  const [line = ''] = error.message.split(/[\r\n]/);
  return withoutCredentials(line).slice(0, MAX_CHARACTERS);
}
