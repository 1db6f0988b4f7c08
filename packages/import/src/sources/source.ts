/** Source: one system that users come from, as data: its options, and the reader of its rows. */
import type { ReadRow } from '../row.ts';

/** One setting or key of a source. Every value is text, as the environment or a command line gives it. */
export interface SourceOption {
  /** One sentence for people. */
  readonly description: string;
  /** A key of the source: comes from the environment or a file, never from an argument. */
  readonly secret?: true;
  /** The variable that holds it, named as the source names it where it does. Only of secrets. */
  readonly environment?: string;
  readonly required?: true;
  /** Taken if nothing is given. */
  readonly default?: string;
  /** The only values there are. */
  readonly oneOf?: readonly string[];
}

/** Settings by their names. */
export type OptionValues<Name extends string = string> = Readonly<Partial<Record<Name, string | undefined>>>;

/** Reads one document: a row, an array of rows, or an object with an array of rows for each table. Never throws. */
export type ReadDocument = (document: unknown) => Iterable<ReadRow>;

/** A system that users come from. */
export interface Source {
  /** Its name for people. */
  readonly title: string;
  readonly options: Readonly<Record<string, SourceOption>>;
  /**
   * Checks the options and derives the keys, once for all documents.
   * All rows of a user must be in one document: the whole export, or a line of NDJSON for each user.
   * @throws {SourceOptionError} naming the option and the rule
   */
  readonly prepare: (values: OptionValues) => ReadDocument;
}
