/** mariadbFolder: finds the programs of MariaDB on this machine. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** System folders that are not on the PATH of everyone. */
const MORE = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];

/** What makes a Galera cluster of servers. */
export const GALERA_LIBRARY = '/usr/lib/galera/libgalera_smm.so';

/** @returns where `mariadbd` is, or `null` */
export function mariadbFolder(): string | null {
  return folderOf('mariadbd');
}

/** @throws {Error} if the program is not there */
export function programPath(program: string): string {
  const folder = folderOf(program);
  if (folder === null) throw new Error(`There is no program ${program}; on Debian: apt-get install mariadb-server`);
  return join(folder, program);
}

function folderOf(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE];
  return folders.find((folder) => folder !== '' && existsSync(join(folder, program))) ?? null;
}
