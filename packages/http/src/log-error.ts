/** logError: what a binding logs if the host gives no `onError`. */
import { MfaError } from '@mfakit/core';

/** A driver may wrap an error; what is deeper tells nothing new. */
const MAX_CAUSES = 4;
const MAX_MESSAGE_CHARACTERS = 300;

/** Line breaks and other characters that could forge a line of a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** The password in the URL of a database. */
const CREDENTIALS = /\/\/[^\s/@]*@/g;

/**
 * Logs a refusal that became a 503 as one line: its code, its sentence, and what caused it. Anything else is an error of the
 * host, and is logged whole.
 */
export function logError(error: unknown): void {
  if (error instanceof MfaError)
    console.error(`mfakit: ${[error.code, describe(error), ...causesOf(error)].join(': ')}`);
  else console.error(error);
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  for (let { cause } = error; cause instanceof Error && causes.length < MAX_CAUSES; { cause } = cause) {
    const code: unknown = Reflect.get(cause, 'code');
    const named = typeof code === 'string' ? `${cause.name} ${code}` : cause.name;
    causes.push(`${named.replaceAll(UNPRINTABLE, ' ')}: ${describe(cause)}`);
  }
  return causes;
}

/** The first line alone: what wraps a driver puts the parameters of the statement on the second. */
function describe(error: Error): string {
  // The parser of JSON quotes what it read.
  const { message } = error instanceof SyntaxError ? { message: 'not JSON' } : error;
  const [line = ''] = message.split(/[\r\n]/);
  return line.replaceAll(UNPRINTABLE, ' ').replaceAll(CREDENTIALS, '//***@').slice(0, MAX_MESSAGE_CHARACTERS);
}
