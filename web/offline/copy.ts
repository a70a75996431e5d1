/** What a device keeps, by what it is: over the vault, within its bounds. */

import type { Session } from '../../contract/session.ts';
import type { Settings } from '../../contract/settings.ts';
import type { HeldAccount } from '../app/session.ts';
import type { ComposedMessage } from '../mail/compose/message.ts';
import type { WritingPlace } from '../mail/compose/writing-places.ts';
import type { OpenedEmail } from '../mail/reading/conversation/opened.ts';
import type { EmailRef } from '../mail/store/types.ts';
import { copyBounds } from './bounds.ts';
import type { QueuedMessage } from './outbox.ts';
import type { Shelf, Vault } from './vault.ts';

export interface KeptEmail {
  readonly accountId: string;
  readonly email: OpenedEmail;
  /** Milliseconds since 1970, as all instants here. */
  readonly readAt: number;
}

interface KeptFile {
  readonly accountId: string;
  readonly blobId: string;
  readonly type: string;
  readonly base64: string;
  readonly openedAt: number;
}

export interface KeptDraft {
  readonly message: ComposedMessage;
  /** As the server has it; undefined: it was begun here. */
  readonly draft: EmailRef | undefined;
  readonly changedAt: number;
  /** Written on without network: the server does not have it so. */
  readonly isChanged: boolean;
}

export interface WaitingMessage extends QueuedMessage {
  readonly writtenAt: number;
  /** Why the server did not take it, not even as a draft. */
  readonly refusal?: string;
}

/** What the screens stand on besides. */
export interface KeptFrame {
  readonly session: Pick<Session, 'person' | 'practice' | 'operator'>;
  readonly accounts: readonly HeldAccount[];
  readonly places: readonly WritingPlace[];
  /** Names by identifier. */
  readonly mailboxes: Readonly<Record<string, string>>;
  readonly settings: Settings | undefined;
  readonly takenAt: number;
}

interface Entry {
  readonly name: string;
  readonly at: number;
  readonly bytes: number;
}

const emailName = (accountId: string, emailId: string): string => `${accountId} ${emailId}`;

export class DeviceCopy {
  readonly #vault: Vault;
  /** Of emails and files, by name. Another tab may have others: each keeps the bounds of what it knows. */
  #index: Promise<Record<'emails' | 'files', Map<string, Entry>>> | undefined;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  async keepEmail(accountId: string, email: OpenedEmail, now: number): Promise<void> {
    const kept: KeptEmail = { accountId, email, readAt: now };
    await this.#keep('emails', emailName(accountId, email.id), kept, { at: now, most: copyBounds.emailBytes });
  }

  /** The latest received first. */
  async emails(): Promise<readonly KeptEmail[]> {
    const all = await this.#vault.all<KeptEmail>('emails');
    return all
      .map(({ value }) => value)
      .toSorted((a, b) => Date.parse(b.email.receivedAt) - Date.parse(a.email.receivedAt));
  }

  async dropEmail(accountId: string, emailId: string): Promise<void> {
    await this.#drop('emails', emailName(accountId, emailId));
  }

  async keepFile(ref: { accountId: string; blobId: string }, blob: Blob, now: number): Promise<void> {
    if (blob.size > copyBounds.fileBytes) return;
    const base64 = base64Of(new Uint8Array(await blob.arrayBuffer()));
    const kept: KeptFile = { ...ref, type: blob.type, base64, openedAt: now };
    await this.#keep('files', emailName(ref.accountId, ref.blobId), kept, {
      ...{ at: now, most: 2 * copyBounds.fileBytes },
    });
  }

  async file(ref: { accountId: string; blobId: string }): Promise<Blob | undefined> {
    const kept = await this.#vault.get<KeptFile>('files', emailName(ref.accountId, ref.blobId));
    if (kept === undefined) return undefined;
    const bytes = Uint8Array.from(atob(kept.base64), (each) => each.charCodeAt(0));
    return new Blob([bytes], { type: kept.type });
  }

  async drafts(): Promise<readonly KeptDraft[]> {
    const all = await this.#vault.all<KeptDraft>('drafts');
    return all.map(({ value }) => value).toSorted((a, b) => b.changedAt - a.changedAt);
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    await this.#vault.put('drafts', draft.message.draftId, draft);
  }

  async dropDraft(draftId: string): Promise<void> {
    await this.#vault.remove('drafts', draftId);
  }

  /** In the order in which they were written. */
  async waiting(): Promise<readonly WaitingMessage[]> {
    const all = await this.#vault.all<WaitingMessage>('outbox');
    return all.map(({ value }) => value).toSorted((a, b) => a.writtenAt - b.writtenAt);
  }

  async putWaiting(waiting: WaitingMessage): Promise<void> {
    await this.#vault.put('outbox', waiting.idempotencyId, waiting);
  }

  async dropWaiting(idempotencyId: string): Promise<void> {
    await this.#vault.remove('outbox', idempotencyId);
  }

  async frame(): Promise<KeptFrame | undefined> {
    return this.#vault.get<KeptFrame>('frame', 'frame');
  }

  async putFrame(frame: KeptFrame): Promise<void> {
    await this.#vault.put('frame', 'frame', frame);
  }

  async #keep(
    shelf: 'emails' | 'files',
    name: string,
    value: unknown,
    { at, most }: { readonly at: number; readonly most: number },
  ): Promise<void> {
    const index = await this.#opened();
    const bytes = await this.#vault.put(shelf, name, value);
    index[shelf].set(name, { name, at, bytes });
    if (bytes > most) await this.#drop(shelf, name);
    for (const each of surplus(index)) await this.#drop(each.shelf, each.name);
  }

  async #drop(shelf: 'emails' | 'files', name: string): Promise<void> {
    (await this.#opened())[shelf].delete(name);
    await this.#vault.remove(shelf, name);
  }

  #opened() {
    this.#index ??= this.#readIndex();
    return this.#index;
  }

  async #readIndex() {
    const [emails, files] = await Promise.all([
      this.#vault.all<KeptEmail>('emails'),
      this.#vault.all<KeptFile>('files'),
    ]);
    const entries = {
      emails: emails.map(({ value: { accountId, email, readAt }, bytes }) => ({
        ...{ name: emailName(accountId, email.id), at: readAt, bytes },
      })),
      files: files.map(({ value: { accountId, blobId, openedAt }, bytes }) => ({
        ...{ name: emailName(accountId, blobId), at: openedAt, bytes },
      })),
    };
    const byName = (list: readonly Entry[]) => new Map(list.map((entry) => [entry.name, entry]));
    return { emails: byName(entries.emails), files: byName(entries.files) };
  }
}

/** What is beyond the bounds: the oldest emails beyond their number; then, while there is too much in all, files before emails. */
function surplus(
  index: Readonly<Record<'emails' | 'files', ReadonlyMap<string, Entry>>>,
): readonly { readonly shelf: Shelf & ('emails' | 'files'); readonly name: string }[] {
  const oldest = (shelf: 'emails' | 'files') =>
    [...index[shelf].values()].toSorted((a, b) => a.at - b.at).map((entry) => ({ ...entry, shelf }));
  const emails = oldest('emails');
  const many = emails.slice(0, Math.max(0, emails.length - copyBounds.emails));
  const rest = [...oldest('files'), ...emails.slice(many.length)];
  let total = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  const heavy = rest.filter(({ bytes }) => {
    const isTooMuch = total > copyBounds.totalBytes;
    if (isTooMuch) total -= bytes;
    return isTooMuch;
  });
  return [...many, ...heavy];
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  const step = 8_192; // arguments of one call
  for (let start = 0; start < bytes.length; start += step) {
    text += String.fromCharCode(...bytes.subarray(start, start + step));
  }
  return btoa(text);
}
