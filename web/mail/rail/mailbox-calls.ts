/** Mailboxes made, renamed and destroyed (RFC 8621 §2.5); what the server refuses is thrown as French words. */
import type { JmapId, SetError } from '../../../contract/jmap/mail.ts';
import { explainSetError } from '../../api/faults.ts';
import type { JmapClient } from '../../jmap/client.ts';
import { listTexts as texts } from '../../texts/list.ts';

/** Its message is for the person. */
export class MailboxRefused extends Error {}

type Caller = Pick<JmapClient, 'call'>;

interface SetAnswer {
  readonly created: Readonly<Record<string, { readonly id: JmapId }>> | null;
  readonly notCreated: Readonly<Record<string, SetError>> | null;
  readonly notUpdated: Readonly<Record<JmapId, SetError>> | null;
  readonly notDestroyed: Readonly<Record<JmapId, SetError>> | null;
}

function explain(error: SetError): string {
  if (error.type === 'alreadyExists') return texts.nameTaken;
  if (error.type === 'mailboxHasChild') return texts.hasChildren;
  return explainSetError(error);
}

async function set(jmap: Caller, asked: Readonly<Record<string, unknown>>): Promise<SetAnswer> {
  const answers = await jmap.call([['Mailbox/set', asked, 's']]);
  const answer = answers.of<SetAnswer>('s');
  const { notCreated, notUpdated, notDestroyed } = answer;
  const [refused] = [notCreated, notUpdated, notDestroyed].flatMap((each) => Object.values(each ?? {}));
  if (refused !== undefined) throw new MailboxRefused(explain(refused));
  return answer;
}

export async function createMailbox(
  jmap: Caller,
  accountId: JmapId,
  wanted: { readonly name: string; readonly parentId: JmapId | null },
): Promise<JmapId | undefined> {
  const { created } = await set(jmap, { accountId, create: { new: { ...wanted, isSubscribed: true } } });
  return created?.['new']?.id;
}

export async function changeMailbox(
  jmap: Caller,
  accountId: JmapId,
  { id, ...changes }: { readonly id: JmapId; readonly name: string; readonly parentId: JmapId | null },
): Promise<void> {
  await set(jmap, { accountId, update: { [id]: changes } });
}

/** With the emails that stand nowhere else. */
export async function destroyMailbox(jmap: Caller, accountId: JmapId, id: JmapId): Promise<void> {
  await set(jmap, { accountId, destroy: [id], onDestroyRemoveEmails: true });
}
