/** The list of factor kinds: the built-in ones, and those that an application adds. */
import type { HashQueue } from '../crypto/hash-queue.ts';
import type { ResolvedOptions } from '../options.ts';
import { backupCodeKind, type BackupCodeKind } from './backup-codes/backup-code-kind.ts';
import type { AloneSignIn, EnrolledKind, FactorKind, FactorPorts } from './factor-kind.ts';
import { totpKind } from './totp/totp-kind.ts';

/** Fields of an input that core reads itself: no kind may carry its answers in one of them. */
const RESERVED_FIELDS = ['token', 'password', 'userId', 'kind', 'trustDevice'];

/** A kind whose answers name their user, and are a sign-in alone. */
export type AloneKind = EnrolledKind & { readonly alone: AloneSignIn };

/** The kinds of one application. */
export interface FactorKinds {
  /** Every kind, in the order in which `begin` names them. */
  readonly all: readonly FactorKind[];
  /** Those that users enroll; the first one is the default of `setup`. */
  readonly enrolled: readonly [EnrolledKind, ...EnrolledKind[]];
  readonly backupCodes: BackupCodeKind;
  /** The kind whose answers are a sign-in alone, if there is one. */
  readonly alone: AloneKind | undefined;
}

/**
 * Makes the kinds of one application.
 * @throws {RangeError} if two of them share a method or a field, or if a field is reserved
 */
export function createFactorKinds(
  options: Pick<ResolvedOptions, 'totp' | 'backupCodes' | 'factors'>,
  ports: FactorPorts,
  hashQueue: HashQueue,
): FactorKinds {
  const enrolled = [totpKind(options.totp, ports), ...options.factors.map((make) => make(ports))] as const;
  const backupCodes = backupCodeKind(options.backupCodes, ports, hashQueue);
  // What a page can ask for without the user's having to type comes first.
  const all = [...enrolled.filter(hasPrompt), ...enrolled.filter((kind) => !hasPrompt(kind)), backupCodes];
  if (hasTwice(all.map(({ method }) => method))) {
    throw new RangeError('createMfa: factors: no two kinds may share a method');
  }
  const fields = all.flatMap(({ field, nextField }) => (nextField === undefined ? [field] : [field, nextField]));
  if (hasTwice(fields)) throw new RangeError('createMfa: factors: no two kinds may share a field');
  if (fields.some((field) => RESERVED_FIELDS.includes(field))) {
    throw new RangeError(`createMfa: factors: no field may be one of: ${RESERVED_FIELDS.join(', ')}`);
  }
  return { all, enrolled, backupCodes, alone: enrolled.find(signsInAlone) };
}

function signsInAlone(kind: EnrolledKind): kind is AloneKind {
  return kind.alone !== undefined;
}

function hasPrompt(kind: FactorKind): boolean {
  return kind.ask !== undefined;
}

function hasTwice(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}
