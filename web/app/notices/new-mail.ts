/**
 * How many new messages came into the inbox of an account since it was last asked. It asks for mailboxes and keywords alone: nothing
 * of a message is opened, so nothing of it can be shown.
 */
import type { JmapId, Mailbox } from '../../../contract/jmap/mail.ts';
import { type JmapClient, MethodFault } from '../../jmap/client.ts';

/** More at once are told as « so many »: they came while the line was down. */
const most = 50;

interface Known {
  readonly state: string;
  readonly inbox: JmapId | undefined;
}

interface Arrived {
  readonly mailboxIds: Readonly<Record<JmapId, true>>;
  readonly keywords: Readonly<Record<string, true>>;
}

export interface NewMail {
  /** From here on. */
  begin(accountId: JmapId): Promise<void>;
  /** Since `begin`, or since the call before; one after the other for each account. */
  count(accountId: JmapId): Promise<number>;
}

export function watchNewMail(call: JmapClient['call']): NewMail {
  const known = new Map<JmapId, Known>();
  const turns = new Map<JmapId, Promise<unknown>>();

  const begin = async (accountId: JmapId): Promise<void> => {
    const answers = await call([
      ['Email/get', { accountId, ids: [], properties: ['id'] }, 'state'],
      ['Mailbox/get', { accountId, ids: null, properties: ['role'] }, 'mailboxes'],
    ]);
    const { state } = answers.of<{ state: string }>('state');
    const { list } = answers.of<{ list: readonly Pick<Mailbox, 'id' | 'role'>[] }>('mailboxes');
    known.set(accountId, { state, inbox: list.find(({ role }) => role === 'inbox')?.id });
  };

  const since = async (accountId: JmapId): Promise<number> => {
    const before = known.get(accountId);
    if (before === undefined) return 0;
    const created = { resultOf: 'changes', name: 'Email/changes', path: '/created' };
    const answers = await call([
      ['Email/changes', { accountId, sinceState: before.state, maxChanges: most }, 'changes'],
      ['Email/get', { accountId, '#ids': created, properties: ['mailboxIds', 'keywords'] }, 'arrived'],
    ]);
    const { newState } = answers.of<{ newState: string }>('changes');
    const { list } = answers.of<{ list: readonly Arrived[] }>('arrived');
    known.set(accountId, { ...before, state: newState });
    const { inbox } = before;
    if (inbox === undefined) return 0;
    return list.filter(({ mailboxIds, keywords }) => inbox in mailboxIds && !('$seen' in keywords)).length;
  };

  const next = <Answer>(accountId: JmapId, deed: () => Promise<Answer>): Promise<Answer> => {
    const turn = (turns.get(accountId) ?? Promise.resolve()).then(deed);
    turns.set(
      accountId,
      turn.catch(() => undefined),
    );
    return turn;
  };

  return {
    begin: (accountId) => next(accountId, () => begin(accountId)),
    count: (accountId) =>
      next(accountId, async () => {
        try {
          return await since(accountId);
        } catch (fault) {
          // Too much has changed to be told one by one (RFC 8620 §5.2): from here on.
          if (!(fault instanceof MethodFault)) throw fault;
          await begin(accountId);
          return 0;
        }
      }),
  };
}
