// The quick start as a newcomer pastes it: what the page says to install, the program as a module and as CommonJS, and what it prints.
import { readFileSync } from 'node:fs';
import { readGuide } from './guide-page.mjs';

const PAGE = 'docs/guide/quick-start.md';

/** A line that imports, and the same line in CommonJS. */
const IMPORT = /^import (\{.*\}) from ('.*');$/gm;

/**
 * @returns {{ packages: readonly string[], commands: readonly string[], module: string, commonjs: string, printed: string }}
 */
export function readQuickStart() {
  const { packages, commands } = readGuide(PAGE);
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```(ts|text).*\n([\s\S]*?)^```$/gm)];
  const codeOf = (wanted) => blocks.filter(([, language]) => language === wanted).map(([, , code]) => code);
  const module = codeOf('ts').join('\n');
  const requires = module.match(IMPORT)?.map((line) => line.replace(IMPORT, 'const $1 = require($2);')) ?? [];
  // CommonJS has no `await` outside of a function.
  const commonjs = `${requires.join('\n')}\n\nasync function main() {${module.replace(IMPORT, '')}}\nvoid main();\n`;
  return { packages, commands, module, commonjs, printed: codeOf('text').at(-1) ?? '' };
}
