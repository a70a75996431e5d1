import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answers, Invocation } from '../../jmap/client.ts';
import { filesFor, uploadFor } from './account-files.ts';
import type { DraftView } from './draft-session.ts';
import type { Attachment, ComposedMessage } from './message.ts';

const file = (blobId: string): Attachment => ({ blobId, type: 'application/pdf', name: `${blobId}.pdf`, size: 1 });

/** A message in `claire`, and a server that copies all but `lost`; `during` runs while it answers. */
function world(attachments: readonly Attachment[], during: () => void = () => undefined) {
  let message: ComposedMessage = {
    ...{ draftId: 'd', accountId: 'claire', identityId: 'i', to: [], cc: [], bcc: [], subject: '', format: 'text' },
    ...{ html: '', text: '', attachments, isUrgent: false, wantsReceipt: false, inReplyTo: [], references: [] },
    origin: undefined,
  };
  const asked: Invocation[] = [];
  const session = {
    view: (): DraftView => ({ message, save: { kind: 'clean' }, draft: undefined, wasGone: false }),
  };
  const jmap = {
    call: async (calls: readonly Invocation[]): Promise<Answers> => {
      asked.push(...calls);
      const blobIds = (calls[0]?.[1]['blobIds'] ?? []) as readonly string[]; // as copyBlobs asks
      during();
      const copied = Object.fromEntries(
        blobIds.filter((id) => id !== 'lost').map((id) => [id, `${id}-of-${String(calls[0]?.[1]['accountId'])}`]),
      );
      return { sessionState: '', of: <Answer>() => ({ copied }) as Answer };
    },
    upload: async ({ accountId }: { readonly accountId: string }) => {
      during();
      return { accountId, blobId: `up-${accountId}`, type: 'text/plain', size: 3 };
    },
  };
  const change = (to: Partial<ComposedMessage>): void => {
    message = { ...message, ...to };
  };
  return { asked, session, jmap, change };
}

describe('files of a message that changes its account', () => {
  it('are copied into it (RFC 8620 §6.3), and asked for by nobody when the account stays', async () => {
    const office = world([file('a'), file('b')]);
    const copied = await filesFor(office, 'cabinet');
    assert.deepEqual(
      copied?.map(({ blobId, name }) => [blobId, name]),
      [
        ['a-of-cabinet', 'a.pdf'],
        ['b-of-cabinet', 'b.pdf'],
      ],
    );
    assert.equal((await filesFor(office, 'claire'))?.length, 2);
    assert.equal(office.asked.length, 1);
  });

  it('stay where they are when one cannot be had', async () => {
    assert.equal(await filesFor(world([file('a'), file('lost')]), 'cabinet'), undefined);
  });

  it('are those of the message when a save or an upload changed them on the way', async () => {
    let count = 0;
    const office = world([file('a')], () => {
      count += 1;
      if (count === 1) office.change({ attachments: [file('a-saved'), file('new')] });
    });
    const copied = await filesFor(office, 'cabinet');
    assert.deepEqual(
      copied?.map(({ blobId }) => blobId),
      ['a-saved-of-cabinet', 'new-of-cabinet'],
    );
  });

  it('follow when they were still on their way to the server', async () => {
    const office = world([], () => office.change({ accountId: 'cabinet' }));
    const options = { onProgress: () => undefined, signal: new AbortController().signal };
    const blob = await uploadFor(office, new Blob(['abc']), options);
    assert.equal(blob.blobId, 'up-claire-of-cabinet');
  });
});
