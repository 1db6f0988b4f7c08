/** Upgrades: turn a record of an earlier schema into one of the current schema. The next swap stores the new form. */

type Stored = Readonly<Record<string, unknown>>;

/** One step, from schema `from` to the next. Its result is checked like every record. */
export interface Upgrade {
  readonly from: number;
  upgrade(stored: Stored): Stored;
}

/** Every step since the first schema. There are none yet: no older schema was ever released. */
export const UPGRADES: readonly Upgrade[] = [];

/** Upgrades the stored record, step by step, to the newest schema that the steps reach. */
export function upgradeRecord(stored: unknown, upgrades: readonly Upgrade[]): unknown {
  if (typeof stored !== 'object' || stored === null || !('schema' in stored)) return stored;
  const step = upgrades.find(({ from }) => from === stored.schema);
  if (step === undefined) return stored;
  return upgradeRecord({ ...step.upgrade({ ...stored }), schema: step.from + 1 }, upgrades);
}
