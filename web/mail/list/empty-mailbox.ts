/** Takes all out of a mailbox, some at a time: what stands nowhere else is destroyed, what does stays there. */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import { type JmapClient, MethodFault } from '../../jmap/client.ts';

/** Of one request: the server takes 500. */
const step = 250;

interface Found {
  readonly state: string;
  readonly list: readonly { readonly id: JmapId; readonly mailboxIds: Readonly<Record<JmapId, true>> }[];
}

/** `onDone` hears how many left in each step. Ends when the mailbox is empty, or when the server refuses what is left. */
export async function emptyMailbox(
  jmap: Pick<JmapClient, 'call'>,
  { accountId, mailboxId }: { readonly accountId: JmapId; readonly mailboxId: JmapId },
  onDone: (count: number) => void,
): Promise<void> {
  for (;;) {
    const ids = { resultOf: 'q', name: 'Email/query', path: '/ids' };
    const asked = await jmap.call([
      ['Email/query', { accountId, filter: { inMailbox: mailboxId }, limit: step }, 'q'],
      ['Email/get', { accountId, '#ids': ids, properties: ['mailboxIds'] }, 'g'],
    ]);
    const { list, state } = asked.of<Found>('g');
    if (list.length === 0) return;
    const [elsewhere, alone] = [true, false].map((isElsewhere) =>
      list.filter(({ mailboxIds }) => Object.keys(mailboxIds).length > 1 === isElsewhere).map(({ id }) => id),
    );
    const update = Object.fromEntries((elsewhere ?? []).map((id) => [id, { [`mailboxIds/${mailboxId}`]: null }]));
    // What was moved meanwhile is looked at again: it may stand elsewhere now.
    const answers = await jmap.call([['Email/set', { accountId, ifInState: state, destroy: alone, update }, 's']]);
    const count = leftOf(answers);
    if (count === 0) return;
    if (count !== undefined) onDone(count);
  }
}

/** How many left; none said when something changed first. */
function leftOf(answers: { of<Answer>(callId: string): Answer }): number | undefined {
  try {
    const { destroyed, updated } = answers.of<{ destroyed: JmapId[] | null; updated: object | null }>('s');
    return (destroyed?.length ?? 0) + Object.keys(updated ?? {}).length;
  } catch (fault) {
    if (fault instanceof MethodFault && fault.type === 'stateMismatch') return undefined;
    throw fault;
  }
}
