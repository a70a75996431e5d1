/**
 * The trust space: who may exchange with us, and for which domains.
 *
 * Two things are asked of a peer, in or out: its certificate leads to a configured authority, is in date and not revoked;
 * and its name stands in the white list (liste blanche) for the domain it speaks for. Both are answered from memory
 * ({@link Trust}), which follows the database: one process renews, all processes hear of it.
 *
 * A white list that comes is put in force, or refused and the last valid one stays:
 *
 * | what comes                                                       | what happens                                   |
 * |------------------------------------------------------------------|------------------------------------------------|
 * | unsigned, altered, cut short, outside the one signature profile  | refused, alarm                                 |
 * | signer not under a configured authority, or not in date when the | refused, alarm: it is signed by another        |
 * | list was generated, or revoked                                   |                                                |
 * | signer under the authority, with another name than those pinned  | refused, alarm: hundreds of operators hold     |
 * |                                                                  | certificates of that authority, so the name is |
 * |                                                                  | what tells the publisher. Exchanges go on with |
 * |                                                                  | the list held until the name is configured     |
 * | signer under the authority, pinned name, another key             | in force, alarm until a person confirms it:    |
 * |                                                                  | a rotation is no outage                        |
 * | not newer than the list held, or dated ahead of our clock        | refused, alarm                                 |
 * | a share of the domains gone, above `maxShrink`                   | refused, alarm, unless a person accepts it     |
 * | entries that cannot be read                                      | in force without them, alarm                   |
 * | the source does not answer, or says "not modified"               | the list held stays                            |
 *
 * The signer's validity is judged at `DateDeGeneration`, not today: the real list outlived its signer's certificate. A key
 * stolen after its expiry can only date lists back, and a list that is not newer is refused. A list that ages, or that
 * could not be confirmed for long, raises a warning, then an alert; it never stops the exchanges by itself.
 *
 * A revocation list is taken when a configured authority signed it and it is not older than the one held; it serves until
 * its `nextUpdate`. After that, or for want of one, the answer is `crl-unavailable`: SMTP defers.
 *
 * Fails with `Temporary` when the database does. The answers of {@link Trust} never fail.
 * Clauses: ANS-REF2 ECO.1.1.5, ECO.1.1.6, ECO.1.1.7, ECO.1.1.10.
 */
import { unreachable } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { trustLimits } from '../../base/domain-limits.ts';
import type { Log } from '../../base/log.ts';
import type { DomainName } from '../../formats/address/address.ts';
import type { Certificate } from '../../formats/x509/certificate.ts';
import type { ChainFault } from '../../formats/x509/chain.ts';
import { dnValue } from '../../formats/x509/dn.ts';
import type { Database, Db } from '../../platform/db/db.ts';
import { operatorWide } from '../../platform/keys/keys.ts';
import type { Fetcher } from '../../platform/net/fetcher.ts';
import type { Act } from '../audit/audit.ts';
import { type Alarm, alarmDesk, listAlarms } from './alarms.ts';
import { sortAuthorities } from './authorities.ts';
import { examinationOf, judgeList } from './judge-list.ts';
import { PeerJudge } from './judge-peer.ts';
import { renewCrl, watchCrls } from './renew-crls.ts';
import { renewList, watchList } from './renew-list.ts';
import { emptySnapshot, loadSnapshot, type Snapshot } from './snapshot.ts';
import { trustChannel } from './state.ts';
import type { TrustTables } from './tables.ts';

/** Made by {@link readAuthorities}. */
export interface Authorities {
  readonly anchors: readonly Certificate[];
  /** Authorities below an anchor. Peers' certificates are issued by these, or by an anchor. */
  readonly issuers: readonly Certificate[];
}

export interface Ageing {
  readonly warnAfterMs: number;
  readonly alertAfterMs: number;
}

export interface TrustConfig {
  readonly authorities: Authorities;
  /** Addresses or paths of revocation lists, one for each authority that issues. */
  readonly crlSources: readonly string[];
  /** A revocation list whose end is nearer than this raises a warning. */
  readonly crlWarnBeforeMs: number;
  readonly whiteList: {
    /** An address (`https://…`) or a path. */
    readonly source: string;
    /** Names (CN) that its signer may bear. */
    readonly signerNames: readonly string[];
    /** The share of domains, 0 to 1, that may go from one list to the next. */
    readonly maxShrink: number;
    /** Of the list itself, since it was generated. */
    readonly age: Ageing;
    /** Since the source last gave it or said that it is current. */
    readonly unconfirmed: Ageing;
  };
}

export interface TrustDeps {
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
  /** Bounded at `whiteListLimits.fileBytes` and `x509Limits.crlBytes` at least. */
  readonly fetcher: Fetcher;
  readonly config: TrustConfig;
}

export interface ListRefusal {
  readonly outcome: 'refused';
  /** Its French sentence is in `trustTexts.refusal`. */
  readonly code: string;
  /** The name (CN) of its signer, when its signature holds. */
  readonly signer?: string;
}

export type WhiteListRefresh =
  | { readonly outcome: 'accepted'; readonly edition: number; readonly generatedAt: Date; readonly entryCount: number }
  | { readonly outcome: 'unchanged' }
  | ListRefusal
  /** Its French sentence is in `trustTexts.unavailable`. */
  | { readonly outcome: 'unavailable'; readonly code: string };

export type CrlRefresh = { readonly source: string } & (
  | { readonly outcome: 'accepted'; readonly nextUpdate: Date; readonly revoked: number }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'unavailable'; readonly code: string }
);

export type ListExamination =
  | {
      readonly outcome: 'sound';
      readonly generatedAt: Date;
      readonly entryCount: number;
      readonly domainCount: number;
      readonly unreadableEntries: number;
      readonly signerName: string;
      readonly signerNotAfter: Date;
    }
  | ListRefusal;

/** An operator as the white list, or a certificate, names it. */
export interface ListedOperator {
  /** As written. */
  readonly dn: string;
  /** Canonical: two names are the same when their keys are equal. */
  readonly dnKey: string;
}

export type CertificateFault = ChainFault | 'none' | 'unreadable';

export type PeerOutcome =
  | { readonly outcome: 'trusted'; readonly operator: ListedOperator }
  /** No certificate, or one of another authority, out of date, or made for something else. */
  | { readonly outcome: 'untrusted'; readonly fault: CertificateFault }
  | { readonly outcome: 'revoked' }
  /** Its name does not stand in the white list for the domain (for any domain, when none is given). */
  | { readonly outcome: 'not-listed'; readonly operator: ListedOperator }
  /** Nobody can tell now: defer. */
  | { readonly outcome: 'crl-unavailable'; readonly issuer: string }
  | { readonly outcome: 'white-list-unavailable' };

/** Answers from memory, in microseconds. */
export interface Trust {
  /** The list in force, if any has come yet. */
  whiteList(): { readonly edition: number; readonly generatedAt: Date } | undefined;
  isInTrustSpace(domain: DomainName): boolean;
  /** The operators of a domain; none when it is not in the trust space. */
  lookup(domain: DomainName): readonly ListedOperator[];
  /** `dnKey` as in {@link ListedOperator}. */
  isOperatorOf(dnKey: string, domain: DomainName): boolean;
  /** `certificate` is the DER that the TLS session gave (`raw`), undefined when the peer showed none. */
  verifyPeer(peer: { certificate: Uint8Array | undefined; domain?: DomainName }, at: Date): PeerOutcome;
  /** Follows the database now; it does so by itself on news and each `trustLimits.pollMs`. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Loads what is held and follows it until `stop`. */
export async function openTrust({
  database,
  log,
  authorities,
}: {
  database: Pick<Database, 'db' | 'listen'>;
  log: Log;
  authorities: Authorities;
}): Promise<Trust> {
  let snapshot = await loadSnapshot(database.db, emptySnapshot);
  const load = async (): Promise<void> => {
    const loaded = await loadSnapshot(database.db, snapshot);
    // Two loads may overlap: the later revision wins.
    if (loaded.revision > snapshot.revision) snapshot = loaded;
  };
  let following: Promise<void> | undefined;
  let hasNews = false;
  const followAll = async (): Promise<void> => {
    // News that comes while a load runs may be of a later revision than it sees.
    while (hasNews) {
      hasNews = false;
      await load();
    }
  };
  const follow = (): void => {
    hasNews = true;
    following ??= followAll()
      .catch((fault: unknown) => log.warn('trust.reload-failed', { fault: fault instanceof Error ? fault.name : '' }))
      .finally(() => {
        following = undefined;
      });
  };
  const news = await database.listen(trustChannel, follow);
  const timer = setInterval(follow, trustLimits.pollMs);
  timer.unref();
  const judge = new PeerJudge(authorities);
  return {
    ...answersFrom(() => snapshot, judge),
    reload: load,
    async stop() {
      clearInterval(timer);
      await news.stop();
      await following;
    },
  };
}

function answersFrom(now: () => Snapshot, judge: PeerJudge): Omit<Trust, 'reload' | 'stop'> {
  const operatorsOf = (domain: DomainName): ReadonlyMap<string, ListedOperator> | undefined =>
    now().list?.domains.get(domain);
  return {
    whiteList: () => now().list,
    isInTrustSpace: (domain) => operatorsOf(domain) !== undefined,
    lookup: (domain) => [...(operatorsOf(domain)?.values() ?? [])],
    isOperatorOf: (dnKey, domain) => operatorsOf(domain)?.has(dnKey) === true,
    verifyPeer: ({ certificate, domain }, at) => {
      if (certificate === undefined) return { outcome: 'untrusted', fault: 'none' };
      const snapshot = now();
      const judged = judge.judge(certificate, snapshot, at);
      if (judged.outcome !== 'good') return judged;
      const { operator } = judged;
      if (snapshot.list === undefined) return { outcome: 'white-list-unavailable' };
      const isListed =
        domain === undefined
          ? snapshot.list.operators.has(operator.dnKey)
          : snapshot.list.domains.get(domain)?.has(operator.dnKey) === true;
      return { outcome: isListed ? 'trusted' : 'not-listed', operator };
    },
  };
}

/** True when the answer may change by itself: the exchange is deferred, never bounced for it. */
export function isPassing(outcome: PeerOutcome): boolean {
  switch (outcome.outcome) {
    case 'crl-unavailable':
    case 'white-list-unavailable':
      return true;
    case 'trusted':
    case 'untrusted':
    case 'revoked':
    case 'not-listed':
      return false;
    default:
      return unreachable(outcome);
  }
}

/** Certificates of authorities, in PEM, as configured. Throws `Refusal` when there is none, or another kind among them. */
export function readAuthorities(pem: string): Authorities {
  return sortAuthorities(pem);
}

/** The organisational unit that the authorities of tests carry in their names. */
export const testAuthorityUnit = 'HYGIE TEST';

/** True when one of them belongs to tests: `serve` refuses it (design §1). */
export function hasTestAuthority({ anchors, issuers }: Authorities): boolean {
  return [...anchors, ...issuers].some(({ subject, issuer }) =>
    [subject, issuer].some((dn) => dnValue(dn, 'OU') === testAuthorityUnit),
  );
}

/** Asks the source for the white list and puts it in force, or not: the table above. For the hourly job and the CLI. */
export async function refreshWhiteList(
  deps: TrustDeps,
  options: { readonly source?: string; readonly acceptShrink?: boolean } = {},
): Promise<WhiteListRefresh> {
  const { source = deps.config.whiteList.source, acceptShrink = false } = options;
  const refresh = await renewList(deps, { source, acceptShrink });
  deps.log.info('trust.white-list-refresh', {
    outcome: refresh.outcome,
    code: 'code' in refresh ? refresh.code : undefined,
  });
  await watchList(deps, refresh);
  return refresh;
}

/** Asks every source of revocation lists. For the hourly job and the CLI. */
export async function refreshCrls(deps: TrustDeps): Promise<readonly CrlRefresh[]> {
  const refreshes: CrlRefresh[] = [];
  for (const source of deps.config.crlSources) {
    const refresh = await renewCrl(deps, source);
    deps.log.info('trust.crl-refresh', {
      source,
      outcome: refresh.outcome,
      code: 'code' in refresh ? refresh.code : undefined,
    });
    refreshes.push(refresh);
  }
  await watchCrls(deps);
  return refreshes;
}

/** Reads and judges a white list without putting it in force; its place after the one held is not judged. */
export async function examineWhiteList(
  { db, clock, config }: Pick<TrustDeps, 'db' | 'clock' | 'config'>,
  file: Uint8Array,
): Promise<ListExamination> {
  return examinationOf(await judgeList({ db, config, now: clock.now() }, file));
}

export interface HeldWhiteList {
  readonly edition: number;
  readonly generatedAt: Date;
  readonly fetchedAt: Date;
  readonly sha256: string;
  readonly signerName: string;
  readonly signerNotAfter: Date;
  readonly entryCount: number;
  readonly domainCount: number;
  readonly unreadableEntries: number;
  /** As it was received. */
  readonly file: Buffer | null;
}

/** The list in force, whole. */
export async function readHeldWhiteList(db: Db): Promise<HeldWhiteList | undefined> {
  const row = await db
    .withTables<TrustTables>()
    .selectFrom('trust.state')
    .innerJoin('trust.white_list', 'trust.white_list.edition', 'trust.state.edition')
    .selectAll('trust.white_list')
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : {
        edition: row.edition,
        generatedAt: row.generated_at,
        fetchedAt: row.fetched_at,
        sha256: row.sha256.toString('hex'),
        signerName: row.signer_name,
        signerNotAfter: row.signer_not_after,
        entryCount: row.entry_count,
        domainCount: row.domain_count,
        unreadableEntries: row.unreadable_entries,
        file: row.file,
      };
}

export interface DescribedEntry extends ListedOperator {
  readonly description: string;
  readonly contact: string;
  readonly support: string;
  readonly updatedAt: Date | null;
}

/** What the list in force says of a domain, contacts included. */
export async function describeDomain(db: Db, domain: DomainName): Promise<readonly DescribedEntry[]> {
  return db
    .withTables<TrustTables>()
    .selectFrom('trust.white_list_entry')
    .select(['dn', 'dn_key as dnKey', 'description', 'contact', 'support', 'updated_at as updatedAt'])
    .where('domain', '=', domain)
    .orderBy('dn_key')
    .execute();
}

/** The domains that the list in force gives an operator, by the canonical form of its name. */
export async function findDomainsOf(db: Db, dnKey: string): Promise<readonly string[]> {
  const rows = await db
    .withTables<TrustTables>()
    .selectFrom('trust.white_list_entry')
    .select('domain')
    .where('dn_key', '=', dnKey)
    .orderBy('domain')
    .execute();
  return rows.map(({ domain }) => domain);
}

/** Open alarms about the trust space, the gravest first; their sentences are in `trustTexts.alarm`. */
export async function readTrustAlarms(db: Db): Promise<readonly Alarm[]> {
  return listAlarms(db);
}

/** A person has looked at an alarm: it ends, and comes back if its cause does. False when there is no such alarm. */
export async function confirmAlarm(
  act: Act,
  { log }: Pick<TrustDeps, 'log'>,
  { code, subject }: Pick<Alarm, 'code' | 'subject'>,
): Promise<boolean> {
  const wasOpen = await alarmDesk(act.tx, { log, now: act.at }).clear(code, subject);
  // The subject is an authority's name or empty: nothing of it identifies a person.
  if (wasOpen) act.record({ tenantId: operatorWide, kind: 'alarm.confirmed', facts: { code, subject } });
  return wasOpen;
}
