/** Files belong to an account (RFC 8620 §6): a message that changes its account takes its own along. */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import type { JmapClient, UploadedBlob } from '../../jmap/client.ts';
import { copyBlobs } from './draft-calls.ts';
import type { DraftSession } from './draft-session.ts';
import type { Attachment } from './message.ts';
import type { UploadParts } from './uploads.ts';

interface Parts {
  readonly jmap: Pick<JmapClient, 'call' | 'upload'>;
  readonly session: Pick<DraftSession, 'view'>;
}

/** The files of the message as `accountId` may attach them. Undefined: not all of them could be had. */
export async function filesFor(
  { jmap, session }: Parts,
  accountId: JmapId,
): Promise<readonly Attachment[] | undefined> {
  for (;;) {
    const { accountId: from, attachments } = session.view().message;
    const copied = await copyBlobs(jmap, { from, to: accountId }, attachments).catch(() => []);
    // A save or an upload changed them on the way: what was copied is not what the message has.
    if (session.view().message.attachments !== attachments) continue;
    return copied.length === attachments.length ? copied : undefined;
  }
}

/** Into the account that the message is in when the file is there, which may be another than when it left. */
export async function uploadFor(
  { jmap, session }: Parts,
  file: Blob,
  options: Parameters<UploadParts['upload']>[1],
): Promise<UploadedBlob> {
  let { accountId: from } = session.view().message;
  let blob = await jmap.upload({ accountId: from, file, ...options });
  for (let to = session.view().message.accountId; to !== from; to = session.view().message.accountId) {
    const [copied] = await copyBlobs(jmap, { from, to }, [{ ...blob, name: '' }]);
    if (copied === undefined) throw new Error('a file could not follow into another account');
    blob = { ...blob, blobId: copied.blobId };
    from = to;
  }
  return blob;
}
