/** Upgrades: how a record of an earlier schema becomes one of today's. The next swap stores it in today's form. */

type Stored = Readonly<Record<string, unknown>>;

/** One step, from schema `from` to the next. What it gives is checked as every record is. */
export interface Upgrade {
  readonly from: number;
  upgrade(stored: Stored): Stored;
}

/** Every step since the first schema. None yet: nothing older was ever released. */
export const UPGRADES: readonly Upgrade[] = [];

/** The stored record, brought step by step to the newest schema that the steps lead to. */
export function upgradeRecord(stored: unknown, upgrades: readonly Upgrade[]): unknown {
  if (typeof stored !== 'object' || stored === null || !('schema' in stored)) return stored;
  const step = upgrades.find(({ from }) => from === stored.schema);
  if (step === undefined) return stored;
  return upgradeRecord({ ...step.upgrade({ ...stored }), schema: step.from + 1 }, upgrades);
}
