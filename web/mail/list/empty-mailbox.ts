/** Destroys all that stands in a mailbox and nowhere else besides, some at a time. */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import type { JmapClient } from '../../jmap/client.ts';

/** Of one request: the server takes 500. */
const step = 250;

/** `onDone` hears how many each step destroyed. Ends when the mailbox is empty, or when the server refuses what is left. */
export async function emptyMailbox(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, mailboxId }: { readonly accountId: JmapId; readonly mailboxId: JmapId },
  onDone: (count: number) => void,
): Promise<void> {
  for (;;) {
    const found = { resultOf: 'q', name: 'Email/query', path: '/ids' };
    const answers = await jmap.call([
      ['Email/query', { accountId, filter: { inMailbox: mailboxId }, limit: step }, 'q'],
      ['Email/set', { accountId, '#destroy': found }, 's'],
    ]);
    const { destroyed } = answers.of<{ destroyed: readonly JmapId[] | null }>('s');
    const count = destroyed?.length ?? 0;
    if (count === 0) return;
    onDone(count);
  }
}
