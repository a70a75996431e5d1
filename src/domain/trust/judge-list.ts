import { createHash } from 'node:crypto';
import { unreachable } from '../../base/assert.ts';
import { trustLimits } from '../../base/domain-limits.ts';
import { type Certificate, readCertificate } from '../../formats/x509/certificate.ts';
import { validateChain } from '../../formats/x509/chain.ts';
import { crlIsSignedBy, readCrl } from '../../formats/x509/crl.ts';
import { dnValue } from '../../formats/x509/dn.ts';
import type { Db } from '../../platform/db/db.ts';
import type { TrustTables } from './tables.ts';
import type { ListExamination, ListRefusal, TrustConfig } from './trust.ts';
import { type ProvenList, proveWhiteList } from './verify-file.ts';

/** What makes a white list acceptable, but for its place after the one held: the table of `trust.ts`. */

export interface JudgedList {
  readonly list: ProvenList;
  readonly signer: Certificate;
}

export type ListJudgement = { readonly outcome: 'sound'; readonly judged: JudgedList } | ListRefusal;

export async function judgeList(
  { db, config, now }: { db: Db; config: TrustConfig; now: Date },
  file: Uint8Array,
): Promise<ListJudgement> {
  const answer = await proveWhiteList(file);
  if (answer.outcome === 'refused') return answer;
  const { list } = answer;
  const signer = readCertificate(list.signerDer);
  const code =
    (await signerFault({ db, config }, signer, list.generatedAt)) ??
    (list.generatedAt.getTime() > now.getTime() + trustLimits.clockSkewMs ? 'white-list-from-future' : undefined) ??
    (list.domainCount === 0 ? 'white-list-empty' : undefined);
  if (code !== undefined) return { outcome: 'refused', code, signer: signerName(signer) };
  return { outcome: 'sound', judged: { list, signer } };
}

async function signerFault(
  { db, config }: { db: Db; config: TrustConfig },
  signer: Certificate,
  generatedAt: Date,
): Promise<string | undefined> {
  const { anchors, issuers } = config.authorities;
  // The signer's certificate was in date when it signed: it may have expired since (the real one has).
  const chain = validateChain({ leaf: signer, intermediates: issuers, anchors, at: generatedAt });
  if (chain.outcome !== 'ok') return `signer-${chain.outcome}`;
  const name = signerName(signer).toLowerCase();
  if (!config.whiteList.signerNames.some((pinned) => pinned.toLowerCase() === name)) return 'signer-other-name';
  const issuer = chain.path[1];
  return issuer !== undefined && (await isRevoked(db, signer, issuer)) ? 'signer-revoked' : undefined;
}

export function signerName(signer: Certificate): string {
  return dnValue(signer.subject, 'CN') ?? '';
}

/** By the list we hold, whatever its age: for want of one, a white list is not refused. */
async function isRevoked(db: Db, certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const row = await db
    .withTables<TrustTables>()
    .selectFrom('trust.crl')
    .select('der')
    .where('issuer_key', '=', issuer.subjectKey)
    .executeTakeFirst();
  if (row === undefined) return false;
  const crl = readCrl(row.der);
  return crlIsSignedBy(crl, issuer) && crl.revoked.has(certificate.serial);
}

/** SHA-256 of the public key: a certificate renewed with the same key is no rotation. */
export function keyDigest({ publicKey }: Certificate): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

export function examinationOf(judgement: ListJudgement): ListExamination {
  switch (judgement.outcome) {
    case 'refused':
      return judgement;
    case 'sound': {
      const { list, signer } = judgement.judged;
      return {
        outcome: 'sound',
        generatedAt: list.generatedAt,
        entryCount: list.entryCount,
        domainCount: list.domainCount,
        unreadableEntries: list.unreadableEntries,
        signerName: signerName(signer),
        signerNotAfter: signer.notAfter,
      };
    }
    default:
      return unreachable(judgement);
  }
}
