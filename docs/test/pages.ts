/** Pages: README.md and every page of docs/, with their code blocks. */
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { filesUnder } from './files-under.ts';

/** A fenced code block. */
export interface Block {
  /** First word after the fence, such as `ts`. */
  readonly language: string;
  /** Whether `run` follows it: the block is executed, not only compiled. */
  readonly run: boolean;
  readonly code: string;
  /** Line of the page that the code begins on, from 1. */
  readonly line: number;
}

/** A Markdown page. */
export interface Page {
  /** Path from the root, such as `docs/guide/quick-start.md`. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Root of the repository. */
export const ROOT: string = join(import.meta.dirname, '../..');

/** Reads all pages, in the order of their paths. */
export function readPages(): readonly Page[] {
  const docs = filesUnder(join(ROOT, 'docs'))
    .filter((path) => path.endsWith('.md'))
    .map((path) => relative(ROOT, path).replaceAll(sep, '/'));
  return ['README.md', ...docs.sort()].map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, text, blocks: findBlocks(text) };
  });
}

/** The fenced blocks of a page. */
export function findBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly info: readonly string[]; readonly indent: number; readonly line: number } | null = null;
  let code: string[] = [];
  text.split('\n').forEach((line, index) => {
    const fence = /^( *)```(.*)$/.exec(line);
    if (fence === null) {
      code.push(line.slice(open?.indent ?? 0));
    } else if (open === null) {
      open = { info: (fence[2] ?? '').trim().split(/\s+/), indent: fence[1]?.length ?? 0, line: index + 2 };
      code = [];
    } else {
      const [language = '', ...words] = open.info;
      blocks.push({ language, run: words.includes('run'), code: code.join('\n'), line: open.line });
      open = null;
    }
  });
  return blocks;
}
