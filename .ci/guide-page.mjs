// What a guide page tells its reader to do: the files to write, the packages to install.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} GuidePage
 * @property {ReadonlyMap<string, string>} files code by path: a block is a file if its first line is a comment with a path alone
 * @property {readonly string[]} packages in the order of its `npm install` lines
 * @property {readonly string[]} commands its other command lines
 */

/** As TypeScript, HTML and CSS write comments. */
const PATH_LINE = /^(?:\/\/|<!--|\/\*) (\S+\.\w+)(?: -->| \*\/)?\n/;

const isInstall = (line) => line.startsWith('npm install ');

/**
 * Reads `docs/guide/fastify.md` and the like.
 * @param {string} path
 * @returns {GuidePage}
 */
export function readGuide(path) {
  const text = readFileSync(path, 'utf8');
  const blocks = [...text.matchAll(/^```(\w+).*\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({ language, code }));
  const named = blocks.flatMap(({ code }) => {
    const file = PATH_LINE.exec(code)?.[1];
    return file === undefined ? [] : [[file, code]];
  });
  const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.trimEnd().split('\n'));
  const words = lines.filter(isInstall).flatMap((line) => line.split(' ').slice(2));
  return {
    files: new Map(named),
    packages: words.filter((word) => !word.startsWith('-')),
    commands: lines.filter((line) => !isInstall(line)),
  };
}
