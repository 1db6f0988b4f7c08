/** Failure: why a command ends without having done its work, and the exit code that says so. */

/** Exit codes, as `mfakit --help` lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  attention: 3,
  notConfirmed: 4,
  interrupted: 130,
} as const;

/** Ends a command. Its message is for the operator, and holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;
  /** Stable reason, for `--json`. */
  readonly code: string;

  constructor(code: string, message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** The command was called in a way that it does not know. */
export function usage(message: string): Failure {
  return new Failure('usage', message, EXIT.usage);
}
