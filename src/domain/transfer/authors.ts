import { transferLimits } from '../../base/domain-limits.ts';
import { type Address, parseAddress } from '../../formats/address/address.ts';
import { addressesShown, mailboxesOf, parseAddressList } from '../../formats/address/address-list.ts';
import { findFields } from '../../formats/mime/header-block.ts';
import type { Finding, HeaderField } from '../../formats/mime/mime.ts';

/** Who a message says it is from, in every field where a reader may look. */
export type Authors =
  | { readonly kind: 'known'; readonly addresses: readonly Address[] }
  /** Nobody can be held to it: no `From`, one that can be read in two ways, too many authors, or a header too long to be read whole. */
  | { readonly kind: 'unclear'; readonly rule: string };

/**
 * Reads `From` and `Sender`. Every field of these names counts, not only the first: two programs may show two different
 * ones (SECURITY.md: an ambiguity is never guessed away). So does every address in a field, though one alone is the mailbox:
 * of `dr@a.fr <x@b.fr>` some programs show the first.
 */
export function readAuthors(fields: readonly HeaderField[], findings: readonly Pick<Finding, 'kind'>[]): Authors {
  if (findings.some((finding) => finding.kind === 'header-cut')) return unclear('RFC 5322 2.1');
  const froms = findFields(fields, 'From');
  // RFC 5322 §3.6: exactly one From is asked for; without any, nobody wrote the message.
  if (froms.length === 0) return unclear('RFC 5322 3.6.2, From');
  const addresses: Address[] = [];
  for (const field of [...froms, ...findFields(fields, 'Sender')]) {
    const mailboxes = mailboxesOf(parseAddressList(field.raw));
    if (mailboxes.length === 0) return unclear(`RFC 5322 3.6.2, ${field.name}`);
    for (const mailbox of mailboxes) {
      const address = mailbox.address === undefined ? undefined : parseAddress(mailbox.address);
      if (address === undefined) return unclear(`RFC 5322 3.4, ${field.name}`);
      addresses.push(address);
      if (addresses.length > transferLimits.authors) return unclear('RFC 5322 3.6.2, From');
    }
    const shown = addressesShown(field.raw);
    const isClear =
      shown !== undefined && shown.length <= transferLimits.authors && shown.every((text) => isOneOf(addresses, text));
    if (!isClear) return unclear(`RFC 5322 3.4, ${field.name}`);
  }
  return { kind: 'known', addresses };
}

function isOneOf(addresses: readonly Address[], text: string): boolean {
  const shown = parseAddress(text)?.toLowerCase();
  return addresses.some((address) => address.toLowerCase() === shown);
}

function unclear(rule: string): Authors {
  return { kind: 'unclear', rule };
}
