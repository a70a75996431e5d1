import { Refusal } from '../../base/errors.ts';
import { type Certificate, readCertificates } from '../../formats/x509/certificate.ts';
import { trustTexts } from './texts.ts';
import type { Authorities } from './trust.ts';

/**
 * Sorts a PEM bundle: self-issued certificates are the anchors, the others issue the peers' certificates. A bundle without
 * a self-issued one pins its authorities as they are.
 */
export function sortAuthorities(pem: string): Authorities {
  const all = readCertificates(pem);
  if (all.length === 0) throw new Refusal('no-authority', trustTexts.noAuthority);
  if (!all.every(({ isCa }) => isCa)) throw new Refusal('not-an-authority', trustTexts.notAnAuthority);
  const anchors = all.filter(isSelfIssued);
  return anchors.length === 0
    ? { anchors: all, issuers: [] }
    : { anchors, issuers: all.filter((certificate) => !isSelfIssued(certificate)) };
}

function isSelfIssued({ subjectKey, issuerKey }: Certificate): boolean {
  return subjectKey === issuerKey;
}

/** Those whose revocation list is needed: every authority that issued a certificate a path may hold. */
export function authoritiesWithCrl({ anchors, issuers }: Authorities): readonly Certificate[] {
  if (issuers.length === 0) return anchors;
  const parents = new Set(issuers.map(({ issuerKey }) => issuerKey));
  return [...anchors.filter(({ subjectKey }) => parents.has(subjectKey)), ...issuers];
}
