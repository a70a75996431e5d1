import { deliveryLimits } from '../../base/domain-limits.ts';
import { mailboxesOf } from '../../formats/address/address-list.ts';
import { headerAddresses } from '../../formats/mime/header-values.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import type { QueuedRecipient } from './queued-message.ts';

/**
 * Gives recipients the names that `To`, `Cc` and `Bcc` show, for the delivery lines; never the address itself, which many
 * programs repeat as a name.
 */
export function namingFrom(
  fields: readonly HeaderField[],
): <Recipient extends QueuedRecipient>(recipient: Recipient) => Recipient {
  const names = new Map<string, string>();
  for (const name of ['To', 'Cc', 'Bcc']) {
    for (const mailbox of mailboxesOf(headerAddresses(fields, name))) {
      const address = mailbox.address?.toLowerCase();
      const shown = mailbox.name?.replace(/\p{Cc}+/gu, ' ').trim() ?? '';
      if (address === undefined || shown === '' || shown.toLowerCase() === address) continue;
      if (!names.has(address)) names.set(address, [...shown].slice(0, deliveryLimits.nameCharacters).join(''));
    }
  }
  return (recipient) => {
    const displayName = names.get(recipient.address.toLowerCase());
    return displayName === undefined ? recipient : { ...recipient, displayName };
  };
}
