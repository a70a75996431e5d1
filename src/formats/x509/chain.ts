import { x509Limits } from '../../base/limits.ts';
import type { Certificate } from './certificate.ts';
import { isSignedWith, isStrongKey } from './signed.ts';

/**
 * Builds and judges the path from a certificate to a configured authority (RFC 5280 §6.1.3, §6.1.4, without policies and name
 * constraints: a certificate that makes the latter critical is refused). Revocation is judged elsewhere, with the path.
 */

export type ChainFault =
  /** No path leads to a configured authority. */
  | 'unknown-authority'
  /** An authority of the right name did not make the signature. */
  | 'bad-signature'
  | 'expired'
  | 'not-yet-valid'
  /** A certificate of the path signs others without being allowed to. */
  | 'not-a-ca'
  /** The certificate is not made for what it is used for. */
  | 'wrong-usage'
  | 'weak-key'
  /** A critical extension that we do not process. */
  | 'unsupported-extension'
  | 'path-too-long';

export type ChainOutcome =
  /** Leaf first, configured authority last. */
  | { readonly outcome: 'ok'; readonly path: readonly Certificate[] }
  | { readonly outcome: ChainFault; readonly certificate: Certificate };

export interface ChainQuestion {
  readonly leaf: Certificate;
  /** Certificates that may lead on: those the peer sent and those we hold, in any order. Nothing in them is trusted. */
  readonly intermediates: readonly Certificate[];
  /** The configured authorities: roots, or authorities pinned below one. */
  readonly anchors: readonly Certificate[];
  readonly at: Date;
  /** The certificate must be made for one of these (object identifiers); absent when it does not matter. */
  readonly purposes?: readonly string[];
}

export const purposes = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  any: '2.5.29.37.0',
} as const;

/** Finds the first sound path; when there is none, the fault of the first path found. */
export function validateChain(question: ChainQuestion): ChainOutcome {
  return new PathSearch(question).from([question.leaf]);
}

class PathSearch {
  readonly #question: ChainQuestion;
  #checksLeft: number = x509Limits.pathSignatureChecks;

  constructor(question: ChainQuestion) {
    this.#question = question;
  }

  from(path: readonly Certificate[]): ChainOutcome {
    const child = path.at(-1) ?? this.#question.leaf;
    let fault: ChainOutcome = { outcome: 'unknown-authority', certificate: child };
    const { anchors, intermediates } = this.#question;
    for (const [candidate, isAnchor] of [
      ...anchors.map((anchor) => [anchor, true] as const),
      ...intermediates.map((other) => [other, false] as const),
    ]) {
      if (!mayHaveIssued(candidate, child) || path.some(({ fingerprint }) => fingerprint === candidate.fingerprint))
        continue;
      if (this.#checksLeft === 0) return fault;
      this.#checksLeft -= 1;
      const outcome = this.#through(path, candidate, isAnchor);
      if (outcome.outcome === 'ok') return outcome;
      if (fault.outcome === 'unknown-authority') fault = outcome;
    }
    return fault;
  }

  #through(path: readonly Certificate[], candidate: Certificate, isAnchor: boolean): ChainOutcome {
    const child = path.at(-1) ?? this.#question.leaf;
    if (!isSignedWith(child, candidate.publicKey)) return { outcome: 'bad-signature', certificate: child };
    const longer = [...path, candidate];
    if (longer.length > x509Limits.pathLength) return { outcome: 'path-too-long', certificate: candidate };
    return isAnchor ? judgePath(longer, this.#question) : this.from(longer);
  }
}

function mayHaveIssued(candidate: Certificate, child: Certificate): boolean {
  if (candidate.subjectKey !== child.issuerKey) return false;
  // RFC 5280 §4.2.1.1: the key identifiers tell apart authorities of one name.
  const { subjectKeyId } = candidate;
  return subjectKeyId === undefined || child.authorityKeyId === undefined || subjectKeyId === child.authorityKeyId;
}

function judgePath(path: readonly Certificate[], { at, purposes: wanted }: ChainQuestion): ChainOutcome {
  for (const [index, certificate] of path.entries()) {
    const fault =
      faultOf(certificate, at) ??
      (index === 0 ? leafFault(certificate) : authorityFault(certificate, path.slice(1, index)));
    if (fault !== undefined) return { outcome: fault, certificate };
    // RFC 5280 §4.2.1.12; an authority that names usages bounds those below it, as the usual libraries have it.
    if (wanted !== undefined && !isMadeFor(certificate, wanted)) return { outcome: 'wrong-usage', certificate };
  }
  return { outcome: 'ok', path };
}

function faultOf(certificate: Certificate, at: Date): ChainFault | undefined {
  if (at < certificate.notBefore) return 'not-yet-valid'; // RFC 5280 §6.1.3 (a) (2)
  if (at > certificate.notAfter) return 'expired';
  if (certificate.unknownCritical.length > 0) return 'unsupported-extension'; // RFC 5280 §4.2
  return isStrongKey(certificate.publicKey) ? undefined : 'weak-key';
}

/** What we judge signs things or handshakes: it is no authority, and its key may sign. */
function leafFault(leaf: Certificate): ChainFault | undefined {
  const maySign = leaf.keyUsage === undefined || leaf.keyUsage.includes('digitalSignature');
  return leaf.isCa || !maySign ? 'wrong-usage' : undefined;
}

function authorityFault(certificate: Certificate, below: readonly Certificate[]): ChainFault | undefined {
  // RFC 5280 §6.1.4 (k), (n)
  const maySign = certificate.keyUsage === undefined || certificate.keyUsage.includes('keyCertSign');
  if (!certificate.isCa || !maySign) return 'not-a-ca';
  // RFC 5280 §6.1.4 (l): those that issued themselves do not count.
  const counted = below.filter(({ subjectKey, issuerKey }) => subjectKey !== issuerKey).length;
  return certificate.pathLength !== undefined && counted > certificate.pathLength ? 'path-too-long' : undefined;
}

function isMadeFor({ extendedKeyUsage }: Certificate, wanted: readonly string[]): boolean {
  return (
    extendedKeyUsage === undefined ||
    extendedKeyUsage.includes(purposes.any) ||
    extendedKeyUsage.some((usage) => wanted.includes(usage))
  );
}
