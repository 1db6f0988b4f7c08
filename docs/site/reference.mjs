// The reference: a page for each import path of the public packages, made from their doc comments.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { PAGES, ROOT } from './folders.mjs';
import { importPaths } from './import-paths.mjs';

/** What must have a comment: what is exported, and its members. */
const DOCUMENTED = ['Variable', 'Function', 'Class', 'Interface', 'Property', 'Method', 'Accessor', 'TypeAlias'];

/**
 * Reads the sources of the public packages.
 * @returns {Promise<{ app: Application, project: import('typedoc').ProjectReflection }>}
 */
export async function readSources() {
  const paths = importPaths();
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    name: 'mfakit',
    basePath: ROOT,
    tsconfig: join(import.meta.dirname, 'tsconfig.reference.json'),
    entryPoints: paths.map(({ source }) => source),
    // Node's members of `Error` among them.
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    readme: 'none',
    // What is required stands first.
    sort: ['source-order'],
    sortEntryPoints: false,
    // No address of the repository is known.
    disableSources: true,
    // Without these names, only what the first package declares is looked at.
    packagesRequiringDocumentation: [...new Set(paths.map((entry) => entry.package))],
    requiredToBeDocumented: DOCUMENTED,
    validation: { notDocumented: true, invalidLink: true, notExported: false },
    router: 'module',
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    // Without it, the anchors of members are not the ones that links lead to.
    useHTMLAnchors: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    tableColumnSettings: { hideModifiers: true, hideSources: true, hideOverrides: true, hideInherited: true },
    logLevel: 'Error',
    out: join(PAGES, 'reference'),
  });
  const nameOf = new Map(paths.map(({ source, path }) => [source, path]));
  const entries = app.getEntryPoints() ?? [];
  for (const entry of entries) entry.displayName = nameOf.get(entry.sourceFile.fileName);
  return { app, project: app.converter.convert(entries) };
}

/** A heading that no anchor stands before names nothing that is exported. */
const HEADING = /(<a id="[^"]*"><\/a>\n\n)?^(#{4,}) (.+)$/gm;

/**
 * `Parameters`, `Returns` and the like become bold words: as headings they would be most of the outline, and most of what a
 * search finds. What they stood between moves up a level.
 */
const tidy = (text) =>
  text
    .replaceAll(HEADING, (_, anchor, marks, words) => {
      if (anchor !== undefined) return `${anchor}#### ${words}`;
      return words === 'Properties' || words === 'Methods' ? '' : `**${words}**`;
    })
    .replaceAll(/^\*\*\*$/gm, '')
    // A type that the signature has told already.
    .replaceAll(/^\*\*Returns\*\*\n\n.*\n\n(?=<a id|\*\*|#)/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n');

function indexPage() {
  const rows = importPaths().map(({ path, package: name, description }) => {
    const what = path === name ? description : `a part of \`${name}\` that is imported by itself`;
    return `| [\`${path}\`](${path}.md) | ${what} |`;
  });
  return [
    '# API reference',
    '',
    'For whoever has the code in front of them: every public name, with its types, units, ranges and defaults. There is one',
    'page for each path that can be imported, made from the comments in the sources; an editor shows the same.',
    '',
    '| import | what it is |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Writes the pages of the reference. */
export async function writeReference() {
  const { app, project } = await readSources();
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('TypeDoc could not write the reference.');
  for (const { path } of importPaths()) {
    const file = join(PAGES, `reference/${path}.md`);
    writeFileSync(file, tidy(readFileSync(file, 'utf8')));
  }
  writeFileSync(join(PAGES, 'reference/index.md'), indexPage());
}
