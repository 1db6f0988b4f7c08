/** Programs: the TypeScript of the pages, as modules with the line numbers of their pages. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Block, type Page } from './pages.ts';

/** One module. A block that imports begins a new one; a block that does not goes on with the one before it. */
export interface Program {
  readonly page: Page;
  readonly blocks: readonly Block[];
  readonly run: boolean;
  /** Absolute path of the file that it is written to. */
  readonly file: string;
}

/** With the DOM: some programs are for pages, and nothing tells the compiler which. */
export const LIB: readonly string[] = ['es2023', 'dom', 'dom.iterable'];

/** Ignored by git, and below `docs`: what the programs import are the dependencies of this package. */
const FOLDER = join(ROOT, 'docs/dist/programs');

/** Writes the programs of all pages, and a tsconfig.json that compiles them. */
export function writePrograms(pages: readonly Page[]): {
  readonly programs: readonly Program[];
  readonly config: string;
} {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const programs = pages.flatMap(programsOf);
  for (const { file, blocks } of programs) writeFileSync(file, source(blocks));
  const config = join(FOLDER, 'tsconfig.json');
  const base = join(ROOT, 'tsconfig.base.json');
  writeFileSync(
    config,
    JSON.stringify({ extends: base, compilerOptions: { noEmit: true, lib: LIB }, include: ['*.ts'] }),
  );
  return { programs, config };
}

function programsOf(page: Page): readonly Program[] {
  const groups: Block[][] = [];
  for (const block of page.blocks.filter(({ language }) => language === 'ts')) {
    const group = groups.at(-1);
    if (group === undefined || /^import /m.test(block.code)) groups.push([block]);
    else group.push(block);
  }
  return groups.map((blocks, i) => ({
    page,
    blocks,
    run: blocks.some((block) => block.run),
    file: join(FOLDER, `${page.path.replaceAll('/', '__')}.${i + 1}.ts`),
  }));
}

/** Everything that is not code becomes an empty line: the compiler's line numbers are those of the page. */
function source(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line - 1) lines.push('');
    lines.push(...code.split('\n'));
  }
  // A module also where nothing is imported.
  return `${lines.join('\n')}\nexport {};\n`;
}
