/** requireOneCopy: makes sure that the process has loaded one copy of a package: two of them measure something else. */
import { Session, type Debugger } from 'node:inspector';

/**
 * Call it when everything is loaded and before anything is measured.
 * @throws {Error} if a package was loaded from two folders, or from none
 */
export function requireOneCopy(...names: readonly string[]): void {
  const folders = new Set<string>();
  const session = new Session();
  session.connect();
  // It tells of every script that the process has compiled, whatever loaded it.
  session.on('Debugger.scriptParsed', ({ params }: { readonly params: Debugger.ScriptParsedEventDataType }) => {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(params.url) ?? [];
    if (folder !== undefined) folders.add(folder);
  });
  session.post('Debugger.enable');
  session.disconnect();
  for (const name of names) {
    const copies = [...folders].filter((folder) => folder.endsWith(`/node_modules/${name}`));
    if (copies.length !== 1) throw new Error(`${copies.length} copies of ${name} are loaded: ${copies.join(', ')}`);
  }
}
