/** Bench: what a benchmark is, and what it finds. */

/** How much to measure. */
export interface Scale {
  /** Tiny rounds, only to show that the benchmark still runs. */
  readonly smoke: boolean;
  /** Length of the soak. */
  readonly seconds: number;
  /** A commit of this repository to compare with; `null` for none. */
  readonly against: string | null;
}

/** Figures, as they are printed. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Printed below the table. */
  readonly note?: string;
}

/** A target, and whether this run met it. */
export interface Target {
  readonly work: string;
  readonly target: string;
  readonly figure: string;
  readonly met: boolean;
  /** What limits the figure, if the target is not met. */
  readonly bound?: string;
}

/** What one run of a benchmark found. */
export interface Findings {
  /** What was measured and how, one paragraph each. */
  readonly text: readonly string[];
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

/** One benchmark. */
export interface Bench {
  /** The name on the command line. */
  readonly name: string;
  readonly title: string;
  run(scale: Scale): Promise<Findings>;
}
