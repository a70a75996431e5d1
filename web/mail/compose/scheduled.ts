/** Messages that wait for their time, in every account that one writes from (RFC 8621 §7.3). */
import type { Email, EmailAddress, JmapId } from '../../../contract/jmap/mail.ts';
import type { EmailSubmission } from '../../../contract/jmap/submission.ts';
import type { Invocation, JmapClient } from '../../jmap/client.ts';
import type { Places } from './sending.ts';
import type { WritingPlace } from './writing-places.ts';

export interface ScheduledMessage {
  readonly accountId: JmapId;
  readonly submissionId: JmapId;
  readonly emailId: JmapId;
  readonly subject: string;
  readonly to: readonly EmailAddress[];
  readonly sendAt: string;
  readonly places: Places;
}

/** Of each account: far more than anybody plans. */
const most = 100;

function callsFor({ account: { accountId } }: WritingPlace): readonly Invocation[] {
  const query = { accountId, filter: { undoStatus: 'pending' }, sort: [{ property: 'sentAt' }], limit: most };
  return [
    ['EmailSubmission/query', query, `query ${accountId}`],
    [
      'EmailSubmission/get',
      { accountId, '#ids': { resultOf: `query ${accountId}`, name: 'EmailSubmission/query', path: '/ids' } },
      `get ${accountId}`,
    ],
    [
      'Email/get',
      {
        accountId,
        '#ids': { resultOf: `get ${accountId}`, name: 'EmailSubmission/get', path: '/list/*/emailId' },
        properties: ['id', 'subject', 'to', 'cc', 'bcc'],
      },
      `emails ${accountId}`,
    ],
  ];
}

type Head = Pick<Email, 'id' | 'subject' | 'to' | 'cc' | 'bcc'>;

/** The next to leave first. */
export async function readScheduled(
  jmap: Pick<JmapClient, 'call'>,
  places: readonly WritingPlace[],
  signal: AbortSignal,
): Promise<readonly ScheduledMessage[]> {
  if (places.length === 0) return [];
  const answers = await jmap.call(places.flatMap(callsFor), { signal });
  const found = places.flatMap((place): ScheduledMessage[] => {
    const { accountId } = place.account;
    const { list } = answers.of<{ list: readonly EmailSubmission[] }>(`get ${accountId}`);
    const { list: heads } = answers.of<{ list: readonly Head[] }>(`emails ${accountId}`);
    return list.map(({ id, emailId, sendAt }) => {
      const head = heads.find((each) => each.id === emailId);
      const to = [head?.to, head?.cc, head?.bcc].flatMap((each) => each ?? []);
      const { draftsId, sentId } = place;
      const where = { accountId, submissionId: id, emailId, places: { draftsId, sentId } };
      return { ...where, subject: head?.subject ?? '', to, sendAt };
    });
  });
  return found.toSorted((a, b) => a.sendAt.localeCompare(b.sendAt));
}
