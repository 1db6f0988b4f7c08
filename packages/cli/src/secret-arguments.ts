/** Refuses arguments that look like a secret: `ps`, the shell's history and logs of CI keep them. */
import { usage } from './failure.ts';

/** What a secret looks like, and where it belongs. */
const LOOKS: readonly { readonly pattern: RegExp; readonly what: string; readonly instead: string }[] = [
  {
    pattern: /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]*@/i,
    what: 'a URL with a password',
    instead: 'Put it into the variable MFAKIT_DATABASE_URL, or into a file for --database-url-file.',
  },
  {
    pattern: /^(?:postgres(?:ql)?|mysql|mariadb|rediss?):\/\//i,
    what: 'the URL of a database',
    instead: 'Put it into the variable MFAKIT_DATABASE_URL, or into a file for --database-url-file.',
  },
  {
    // 32 bytes in base64 or base64url.
    pattern: /^[\w+/-]{43}=?$/,
    what: 'a key',
    instead:
      'Put keys into the variable MFAKIT_KEYS, or into a file for --keys-file. Give a user id that looks so on standard input, with "-" in its place.',
  },
  {
    pattern: /^otpauth(?:-migration)?:\/\//i,
    what: 'the secret of an authenticator app',
    instead: 'No command takes one.',
  },
  {
    pattern: /^[A-Z2-7]{16,}=*$/,
    what: 'the secret of an authenticator app',
    instead: 'No command takes one. Give a user id that looks so on standard input, with "-" in its place.',
  },
];

/** Flags that other tools have. Their value would be a secret, whatever it looks like. */
const FLAGS: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  {
    pattern: /^--?(?:keys?|master-?keys?|secrets?|encryption-?key)$/i,
    instead: 'Put keys into the variable MFAKIT_KEYS, or into a file for --keys-file.',
  },
  {
    pattern: /^--?(?:url|database-?url|dsn|password|pass|token)$/i,
    instead:
      'Put the URL of the database into the variable MFAKIT_DATABASE_URL, or into a file for --database-url-file.',
  },
];

/**
 * @param args - the command line after the name of the program
 * @throws {Failure} that names the variable to use, and never the argument
 */
export function refuseSecrets(args: readonly string[]): void {
  for (const argument of args) {
    const [, name = argument, value = ''] = /^(--?[\w-]+)=(.*)$/s.exec(argument) ?? [];
    // `list --key ID` takes the public id of a key, which is 11 characters long: a key is found by its look.
    const flag = FLAGS.find(({ pattern }) => pattern.test(name) && name !== '--key');
    if (flag !== undefined)
      throw usage(`No flag takes a secret: everybody on this machine can read it. ${flag.instead}`);
    const look = LOOKS.find(({ pattern }) => pattern.test(argument) || pattern.test(value));
    if (look !== undefined) {
      throw usage(`An argument looks like ${look.what}: everybody on this machine can read it. ${look.instead}`);
    }
  }
}
