/** Ticked: the people whom an administrator has chosen, kept in this tab, so that they outlive a reload and other pages of the list. */

const KEY = 'ticked';

/** As many as can be changed together. */
export const MAX_TICKED = 100;

interface Kept {
  readonly owner: string;
  readonly ids: readonly string[];
}

/** @param owner - the name of the administrator: nobody goes on with what somebody else has ticked */
export function tickedBy(owner: string): ReadonlySet<string> {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null;
  if (kept !== null && kept.owner !== owner) forgetTicked();
  return new Set(kept?.owner === owner ? kept.ids : []);
}

/** @returns how many are ticked then; it stays as it was if they would be too many */
export function tick(owner: string, ids: readonly string[], on: boolean): number {
  const ticked = new Set(tickedBy(owner));
  for (const id of ids) {
    if (on) ticked.add(id);
    else ticked.delete(id);
  }
  if (ticked.size > MAX_TICKED) return tickedBy(owner).size;
  sessionStorage.setItem(KEY, JSON.stringify({ owner, ids: [...ticked] } satisfies Kept));
  return ticked.size;
}

/** Nobody is ticked any more: also when the administrator signs out. */
export function forgetTicked(): void {
  sessionStorage.removeItem(KEY);
}
