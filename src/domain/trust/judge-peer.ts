import { createHash } from 'node:crypto';
import { trustLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { type Certificate, readCertificate } from '../../formats/x509/certificate.ts';
import { purposes, validateChain } from '../../formats/x509/chain.ts';
import { type Crl, crlIsSignedBy } from '../../formats/x509/crl.ts';
import { formatDn } from '../../formats/x509/dn.ts';
import type { Snapshot } from './snapshot.ts';
import type { Authorities, CertificateFault, ListedOperator } from './trust.ts';

/** Judges a peer's certificate: its path, its dates, its revocation. What was found good is remembered for a while. */

export type CertificateOutcome =
  | { readonly outcome: 'good'; readonly operator: ListedOperator }
  | { readonly outcome: 'untrusted'; readonly fault: CertificateFault }
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'crl-unavailable'; readonly issuer: string };

interface Remembered {
  readonly operator: ListedOperator;
  /** The revocation lists it was judged by. */
  readonly crls: Snapshot['crls'];
  /** When the first of the path's certificates begins, and when the first certificate or list ends. */
  readonly from: number;
  readonly until: number;
}

export class PeerJudge {
  readonly #authorities: Authorities;
  readonly #capacity: number;
  /** By SHA-256 of the certificate; the least recently used first. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(authorities: Authorities, capacity: number = trustLimits.rememberedPeers) {
    this.#authorities = authorities;
    this.#capacity = capacity;
  }

  judge(der: Uint8Array, { crls }: Snapshot, at: Date): CertificateOutcome {
    const fingerprint = createHash('sha256').update(der).digest('base64');
    const remembered = this.#remembered.get(fingerprint);
    this.#remembered.delete(fingerprint);
    if (remembered !== undefined && isValid(remembered, crls, at)) {
      this.#remembered.set(fingerprint, remembered);
      return { outcome: 'good', operator: remembered.operator };
    }
    const judged = this.#judgeAnew(der, crls, at);
    if (!('from' in judged)) return judged;
    this.#remember(fingerprint, judged);
    return { outcome: 'good', operator: judged.operator };
  }

  #remember(fingerprint: string, judged: Remembered): void {
    this.#remembered.set(fingerprint, judged);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > this.#capacity && oldest !== undefined) this.#remembered.delete(oldest);
  }

  #judgeAnew(
    der: Uint8Array,
    crls: Snapshot['crls'],
    at: Date,
  ): Exclude<CertificateOutcome, { outcome: 'good' }> | Remembered {
    const leaf = readLeaf(der);
    if (leaf === undefined) return { outcome: 'untrusted', fault: 'unreadable' };
    const { anchors, issuers } = this.#authorities;
    // ANS-REF2 ECO.1.1.10: only authorities of the configuration may have issued it; what the peer sends along counts not.
    // Which usage operators' certificates bear is not published: one certificate serves both ways, so either will do.
    const wanted = [purposes.serverAuth, purposes.clientAuth];
    // ANS-REF2 ECO.1.1.5
    const chain = validateChain({ leaf, intermediates: issuers, anchors, at, purposes: wanted });
    if (chain.outcome !== 'ok') return { outcome: 'untrusted', fault: chain.outcome };
    let until = Math.min(...chain.path.map(({ notAfter }) => notAfter.getTime()));
    for (const [index, certificate] of chain.path.slice(0, -1).entries()) {
      const issuer = chain.path[index + 1];
      const crl = issuer === undefined ? undefined : usableCrl(crls, issuer, { isLeaf: index === 0, at });
      // ANS-REF2 ECO.1.1.7: the last list that has not expired; without one nobody can tell.
      if (crl === undefined) return { outcome: 'crl-unavailable', issuer: formatDn(certificate.issuer) };
      // ANS-REF2 ECO.1.1.6
      if (crl.revoked.has(certificate.serial)) return { outcome: 'revoked' };
      until = Math.min(until, crl.nextUpdate.getTime());
    }
    const from = Math.max(...chain.path.map(({ notBefore }) => notBefore.getTime()));
    return { operator: { dn: formatDn(leaf.subject), dnKey: leaf.subjectKey }, crls, from, until };
  }
}

function isValid(remembered: Remembered, crls: Snapshot['crls'], at: Date): boolean {
  return remembered.crls === crls && remembered.from <= at.getTime() && at.getTime() <= remembered.until;
}

function readLeaf(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(der);
  } catch (fault) {
    if (fault instanceof Refusal) return undefined;
    throw fault;
  }
}

function usableCrl(
  crls: Snapshot['crls'],
  issuer: Certificate,
  { isLeaf, at }: { isLeaf: boolean; at: Date },
): Crl | undefined {
  const crl = crls.get(issuer.subjectKey)?.crl;
  if (crl === undefined || at > crl.nextUpdate) return undefined;
  if (crl.covers === (isLeaf ? 'authorities' : 'leaves')) return undefined;
  // Authorities may share a name: the list must come from the key that issued the certificate.
  return crlIsSignedBy(crl, issuer) ? crl : undefined;
}
