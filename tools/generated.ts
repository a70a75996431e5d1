/**
 * The documents that are made from the code. `node tools/generated.ts` names the stale ones; with `--write` it writes them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderConformity, surveyConformity } from './conformity.ts';
import { readSourceFiles, repositoryRoot } from './source-files.ts';

export interface GeneratedDocument {
  readonly path: string;
  render(): string | Promise<string>;
}

export const generatedDocuments: readonly GeneratedDocument[] = [
  {
    path: 'docs/conformity.md',
    render: () => renderConformity(surveyConformity(readSourceFiles(repositoryRoot)).clauses),
  },
  { path: 'docs/operate/configuration.md', render: renderConfiguration },
];

/** The paths of the documents that are not what the code makes of them now. */
export async function findStale(root: string, documents: readonly GeneratedDocument[]): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, render } of documents) {
    const file = join(root, path);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== (await render())) stale.push(path);
  }
  return stale;
}

async function renderConfiguration(): Promise<string> {
  const page = join(repositoryRoot, 'src/platform/config/page.ts');
  const module: { renderConfigurationDoc(): string } = await import(pathToFileURL(page).href);
  return module.renderConfigurationDoc();
}

if (import.meta.main) {
  const stale = await findStale(repositoryRoot, generatedDocuments);
  if (process.argv.includes('--write')) {
    for (const { path, render } of generatedDocuments) {
      if (!stale.includes(path)) continue;
      writeFileSync(join(repositoryRoot, path), await render());
      process.stdout.write(`written: ${path}\n`);
    }
  } else {
    for (const path of stale) process.stdout.write(`${path} is stale: npm run generate\n`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  }
}
