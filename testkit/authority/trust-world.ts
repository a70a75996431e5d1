import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../src/base/clock.ts';
import { createLog, type Log } from '../../src/base/log.ts';
import { readAuthorities, type TrustConfig, type TrustDeps } from '../../src/domain/trust/trust.ts';
import type { Db } from '../../src/platform/db/db.ts';
import { createFetcher } from '../../src/platform/net/fetcher.ts';
import { type Authority, createAuthority, type Issued } from './authority.ts';
import { type ListedDomain, signWhiteList } from './white-list.ts';

/** A small trust space for tests: an authority, files where its lists are published, and a clock that tests move. */
export interface TrustWorld {
  readonly authority: Authority;
  readonly signer: Issued;
  readonly config: TrustConfig;
  /** Lines of the log, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  deps(db: Db): TrustDeps;
  now(): Date;
  moveTo(at: Date): void;
  /** Publishes a list signed by the signer, now, unless told otherwise. */
  publishList(domains: readonly ListedDomain[], options?: { generatedAt?: Date; signer?: Issued }): Promise<void>;
  /** Publishes whatever octets. */
  publishRaw(file: 'white-list.xml' | 'organisations.crl' | 'root.crl', content: string | Uint8Array): Promise<void>;
  /** Publishes both revocation lists, made now and good for a week unless told. */
  publishCrls(options?: { thisUpdate?: Date; nextUpdate?: Date }): Promise<void>;
}

const dayMs = 24 * 3600 * 1000;

export async function createTrustWorld(
  test: { after(hook: () => Promise<void>): void },
  { at = new Date('2026-11-22T10:00:00Z'), signerName = 'alb.mssante.example' } = {},
): Promise<TrustWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hygie-trust-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  const authority = createAuthority({ name: 'ESSAI', at });
  const signer = authority.issueWhiteListSigner({ name: signerName });
  let present = at;
  const clock: Clock = { now: () => present, monotonicMs: () => present.getTime() };
  const logged: Record<string, unknown>[] = [];
  const log: Log = createLog({ level: 'info', write: (line) => logged.push(JSON.parse(line)), now: clock.now });
  const config: TrustConfig = {
    authorities: readAuthorities(authority.chainPem),
    crlSources: [path.join(folder, 'organisations.crl'), path.join(folder, 'root.crl')],
    crlWarnBeforeMs: dayMs,
    whiteList: {
      source: path.join(folder, 'white-list.xml'),
      signerNames: [signerName],
      maxShrink: 0.2,
      age: { warnAfterMs: 7 * dayMs, alertAfterMs: 30 * dayMs },
      unconfirmed: { warnAfterMs: dayMs, alertAfterMs: 3 * dayMs },
    },
  };
  const fetcher = createFetcher({ allowedHosts: [], timeoutMs: 1000, maxBytes: 1024 });
  const publishRaw: TrustWorld['publishRaw'] = (file, content) => writeFile(path.join(folder, file), content);
  return {
    authority,
    signer,
    config,
    logged,
    deps: (db) => ({ db, log, clock, fetcher, config }),
    now: clock.now,
    moveTo: (to) => {
      present = to;
    },
    publishList: (domains, options = {}) => {
      const { generatedAt = present, signer: by = signer } = options;
      const signed = signWhiteList({ domains, generatedAt, key: by.keyPem, certificate: by.certificatePem });
      return publishRaw('white-list.xml', signed);
    },
    publishRaw,
    publishCrls: async ({ thisUpdate = present, nextUpdate = new Date(present.getTime() + 7 * dayMs) } = {}) => {
      await publishRaw('organisations.crl', authority.crlPem(thisUpdate, nextUpdate));
      await publishRaw('root.crl', authority.rootCrlPem(thisUpdate, nextUpdate));
    },
  };
}
