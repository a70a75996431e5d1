/** The methods of the mail capability (RFC 8621). */
import type { Method } from '../method.ts';
import { emailReading } from './email-get.ts';
import { emailImporting } from './email-import.ts';
import { emailParse } from './email-parse.ts';
import { emailQueries } from './email-query.ts';
import { emailSet } from './email-set.ts';
import type { MailMethodParts } from './mail-call.ts';
import { mailboxMethods } from './mailbox.ts';
import { mailboxSetting } from './mailbox-set.ts';
import { snippetMethods } from './search-snippet.ts';
import { threadMethods } from './thread.ts';

export function mailMethods(parts: MailMethodParts): readonly Method[] {
  return [
    ...mailboxMethods(parts),
    ...threadMethods(parts),
    ...emailReading(parts),
    ...emailQueries(parts),
    ...snippetMethods(parts),
    ...mailboxSetting(parts),
    emailSet(parts),
    ...emailImporting(parts),
    emailParse(parts),
  ];
}
