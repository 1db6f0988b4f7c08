/** Operator: one kind of change to a source. */
import type { Node } from '../syntax.ts';

/** A change: the text from `start` to `end` is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What an operator may look at beside the node. */
interface Place {
  /** Innermost last. */
  readonly parents: readonly Node[];
  /** The source of a node. */
  readonly text: (node: Node) => string;
}

/** Every change of one kind that can be made at a node. */
export type Operator = (node: Node, place: Place) => readonly Edit[];

/** The change that puts some text in place of a node. */
export function replace(node: Node, replacement: string): Edit {
  return { start: node.start, end: node.end, replacement };
}
