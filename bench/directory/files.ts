/** The extractions that a bench imports: generated once for each size, and kept in the temporary folder. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from '../../testkit/directory/extraction-file.ts';
import { type GeneratedDirectory, generateDirectory } from '../../testkit/directory/generate-directory.ts';

export interface DirectorySize {
  readonly activities: number;
  readonly mailboxes: number;
}

export interface BenchFiles extends GeneratedDirectory {
  /** What the source offers: the three texts of the professionals, and that of the mailboxes. */
  readonly archives: readonly [professionals: string, mailboxes: string];
}

const seed = 2026;
const publishedAt = new Date('2026-11-20T03:12:00Z');

/** The world of `size`, from the last run or made now. */
export async function directoryFiles(size: DirectorySize): Promise<BenchFiles> {
  const folder = path.join(tmpdir(), `hygie-bench-directory-${size.activities}-${size.mailboxes}`);
  const note = path.join(folder, 'generated.json');
  const kept = await readFile(note, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as BenchFiles; // written below
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const generated = await generateDirectory({ ...size, seed, publishedAt, folder });
  const professionals = path.join(folder, 'PS_LibreAcces.zip');
  const mailboxes = path.join(folder, 'Extraction_Correspondance_MSSante.zip');
  await pack(professionals, generated.professionalsFiles, publishedAt);
  await pack(mailboxes, [generated.mailboxesFile], publishedAt);
  const files: BenchFiles = { ...generated, archives: [professionals, mailboxes] };
  await writeFile(note, JSON.stringify(files));
  return files;
}
