/** Machine: the hardware and software of a run. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Printed with every result. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly runtime: string;
  /** ISO 8601, the day only. */
  readonly date: string;
}

/** The machine of this process, today. */
export function thisMachine(): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    runtime: `Node ${process.versions.node}`,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** The versions of the measured packages, as pinned in the manifest of this package. */
export function measuredVersions(): readonly (readonly [name: string, version: string])[] {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(manifest.devDependencies).filter(([name]) => !name.startsWith('@types/'));
}
