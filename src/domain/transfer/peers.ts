import { unreachable } from '../../base/assert.ts';
import type { DomainName } from '../../formats/address/address.ts';
import type { ListedOperator, PeerOutcome } from '../trust/trust.ts';
import type { Deferred, Refused } from './acceptance.ts';
import type { PeerJudgement } from './client/client.ts';
import { deferred, refused } from './replies.ts';
import type { TransferParts } from './transfer.ts';

export type PeerVerdict = { readonly kind: 'trusted'; readonly operator: ListedOperator } | Refused | Deferred;

type PeerParts = Pick<TransferParts, 'trust' | 'clock'>;

/** A peer that comes to us: may it send as `domain`, or as any domain at all? */
export function judgePeer(parts: PeerParts, chain: readonly Uint8Array[], domain: DomainName | undefined): PeerVerdict {
  const outcome = verify(parts, chain, domain);
  switch (outcome.outcome) {
    case 'trusted':
      return { kind: 'trusted', operator: outcome.operator };
    case 'untrusted': // ANS-REF2 ECO.1.1.5, ECO.1.1.10
      return refused(outcome.fault === 'none' ? 'certificate-missing' : 'certificate-untrusted');
    case 'revoked': // ANS-REF2 ECO.1.1.6
      return refused('certificate-revoked');
    case 'not-listed':
      return domain === undefined ? refused('operator-unknown') : refused('sender-domain-foreign', { domain });
    case 'crl-unavailable': // ANS-REF2 ECO.1.1.7: the last list has run out, so not now
    case 'white-list-unavailable':
      return deferred('certificate-status-unknown');
    default:
      return unreachable(outcome);
  }
}

/** A peer that we came to: may it be given the mail of `domain`? */
export function judgeHost(parts: PeerParts, chain: readonly Uint8Array[], domain: DomainName): PeerJudgement {
  const outcome = verify(parts, chain, domain);
  switch (outcome.outcome) {
    case 'trusted':
      return { kind: 'trusted' };
    case 'untrusted':
    case 'revoked':
      return { kind: 'untrusted', fault: 'certificate' };
    case 'not-listed':
      return { kind: 'untrusted', fault: 'not-in-white-list' };
    case 'crl-unavailable':
    case 'white-list-unavailable':
      return { kind: 'untrusted', fault: 'revocation-unknown' };
    default:
      return unreachable(outcome);
  }
}

function verify(parts: PeerParts, chain: readonly Uint8Array[], domain: DomainName | undefined): PeerOutcome {
  const peer = { certificate: chain[0], ...(domain !== undefined && { domain }) };
  return parts.trust.verifyPeer(peer, parts.clock.now());
}
