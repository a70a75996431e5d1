/** The national directory as the configuration has it: its sources, the live source, the publication of our accounts. */
import type { Clock } from '../base/clock.ts';
import { directoryImportLimits } from '../base/domain-limits.ts';
import type { Log } from '../base/log.ts';
import type { Access } from '../domain/access/access.ts';
import type { Audit } from '../domain/audit/audit.ts';
import { type Annuaire, createDirectory, type Directory, openAnnuaire } from '../domain/directory/directory.ts';
import type { Config } from '../platform/config/config.ts';
import type { Database } from '../platform/db/db.ts';
import { createDownloader, type Downloader } from '../platform/net/download.ts';

export interface DirectoryDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly audit: Audit;
  readonly access: Access;
  /** Told how many seconds each search took. */
  readonly onSearch: (seconds: number) => void;
}

/** Extractions come from the hosts that the configuration names, and from no other. */
function downloaderFor({ directory, sandbox }: Config): Downloader {
  const urls = [directory.mailboxes.url, directory.professionals.url].filter((url) => url !== undefined);
  return createDownloader({
    allowedHosts: urls.map((url) => new URL(url).host),
    allowLoopback: sandbox,
    allowPlainHttp: sandbox,
    timeoutMs: directoryImportLimits.downloadMs,
    idleMs: directoryImportLimits.downloadIdleMs,
    maxBytes: directoryImportLimits.downloadBytes,
  });
}

export function openDirectory({ config, access, onSearch, ...parts }: DirectoryDeps): Directory {
  const { live, publication, maxRemovedPercent } = config.directory;
  const annuaire = (name: 'reading' | 'publication', at: typeof live): Annuaire | undefined =>
    at && openAnnuaire({ ...parts, db: parts.database.db, name, ...at, allowLoopback: config.sandbox });
  const directory = createDirectory({
    ...parts,
    rights: access,
    downloader: downloaderFor(config),
    workFolder: config.dataFolder,
    maxRemovedShare: maxRemovedPercent / 100,
    annuaire: annuaire('reading', live),
    publicationAnnuaire: annuaire('publication', publication),
  });
  return {
    ...directory,
    async search(db, request) {
      const startMs = parts.clock.monotonicMs();
      const answer = await directory.search(db, request);
      onSearch((parts.clock.monotonicMs() - startMs) / 1000);
      return answer;
    },
  };
}
