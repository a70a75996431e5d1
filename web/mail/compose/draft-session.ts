/**
 * One message while it is being written: what it is now, and how much of it the server has.
 *
 *   clean --update--> dirty --1.5 s, or flush--> saving --> saved | failed --later, or update--> saving
 *
 * Until the server has a change, the journal has it. It lives on after its screen is left, until all is saved.
 */
import type { JmapId } from '../../../contract/jmap/mail.ts';
import type { EmailRef } from '../store/types.ts';
import type { JournalEntry } from './journal.ts';
import { type ComposedMessage, isSameContent } from './message.ts';

export type SaveOutcome =
  | {
      readonly kind: 'saved';
      readonly emailId: JmapId;
      /** The draft before was not there any more. */
      readonly wasGone: boolean;
      /** Former drafts that could not be dropped yet. */
      readonly left: readonly EmailRef[];
      /** The files as the new draft holds them, by the blob they were made of: those of the former go with it. */
      readonly blobs: ReadonlyMap<JmapId, JmapId>;
    }
  | { readonly kind: 'refused'; readonly text: string };

export interface DraftParts {
  /** Makes the draft anew and drops `former`. Throws when the server does not answer. */
  readonly save: (message: ComposedMessage, former: readonly EmailRef[]) => Promise<SaveOutcome>;
  readonly journal: {
    write(entry: JournalEntry): Promise<void>;
    erase(draftId: string): Promise<void>;
  };
  readonly setTimer: (deed: () => void, ms: number) => () => void;
  readonly now: () => number;
}

export type SaveState =
  | { readonly kind: 'clean' | 'dirty' | 'saving' }
  | { readonly kind: 'saved'; readonly at: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly text: string };

export interface DraftView {
  readonly message: ComposedMessage;
  readonly save: SaveState;
  /** As it is saved now. */
  readonly draft: EmailRef | undefined;
  /** The draft was changed or dropped elsewhere since. */
  readonly wasGone: boolean;
}

export interface DraftSession {
  view(): DraftView;
  subscribe(onChange: () => void): () => void;
  update(change: Partial<ComposedMessage>): void;
  /** All that was written is at the server, or in the journal and will be tried again (false). */
  flush(): Promise<boolean>;
  /** No save is on its way any more, and none begins before `resume`: with each save the files move to another email. */
  pause(): Promise<void>;
  resume(): void;
  /** An email that the next save shall drop with the others: one that a refused sending left. */
  takeOver(ref: EmailRef): void;
  /** Nothing is saved any more: it was sent, or thrown away. Every email that was its draft. */
  finish(): Promise<readonly EmailRef[]>;
}

const restMs = 1_500;
const journalMs = 250;
const firstRetryMs = 4_000;
const longestRetryMs = 60_000;

export interface BegunDraft {
  readonly message: ComposedMessage;
  readonly draft: EmailRef | undefined;
  /** It comes from the journal: the server does not have it. */
  readonly isUnsaved?: boolean;
}

export function beginDraft(begun: BegunDraft, parts: DraftParts): DraftSession {
  return new Draft(begun, parts);
}

class Draft implements DraftSession {
  readonly #parts: DraftParts;
  readonly #listeners = new Set<() => void>();
  /** What needs no saving: as it began, then as it was saved last. */
  #known: ComposedMessage;
  #view: DraftView;
  #stale: EmailRef[] = [];
  #failures = 0;
  #isFinished = false;
  #isPaused = false;
  #running: Promise<void> | undefined;
  #cancelSave: () => void = () => undefined;
  #cancelJournal: (() => void) | undefined;

  constructor({ message, draft, isUnsaved = false }: BegunDraft, parts: DraftParts) {
    this.#parts = parts;
    this.#known = message;
    this.#view = { message, save: { kind: 'clean' }, draft, wasGone: false };
    if (!isUnsaved) return;
    this.#known = { ...message, subject: `${message.subject}\u0000` };
    this.#changed({ save: { kind: 'dirty' } });
    this.#saveIn(restMs);
  }

  view(): DraftView {
    return this.#view;
  }

  subscribe(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  update(change: Partial<ComposedMessage>): void {
    const before = this.#view.message;
    const message = { ...before, ...change };
    if (this.#isFinished || (isSameContent(before, message) && before.origin === message.origin)) return;
    this.#changed({ message });
    if (!this.#isDue()) return;
    if (this.#view.save.kind !== 'saving') this.#changed({ save: { kind: 'dirty' } });
    this.#cancelJournal ??= this.#parts.setTimer(() => void this.#writeJournal(), journalMs);
    this.#saveIn(restMs);
  }

  async flush(): Promise<boolean> {
    await Promise.all([this.#cancelJournal === undefined ? undefined : this.#writeJournal(), this.#save()]);
    if (this.#isDue() && this.#view.save.kind === 'dirty') await this.#save(); // typed while the first was on its way
    return !this.#isDue();
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#running;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#isDue()) this.#saveIn(restMs);
  }

  takeOver(ref: EmailRef): void {
    this.#stale.push(ref);
  }

  async finish(): Promise<readonly EmailRef[]> {
    this.#isFinished = true;
    this.#cancelSave();
    this.#cancelJournal?.();
    this.#cancelJournal = undefined;
    await this.#running;
    await this.#eraseJournal();
    this.#changed({ save: { kind: 'clean' } });
    return this.#former();
  }

  #former(): readonly EmailRef[] {
    const { draft } = this.#view;
    return draft === undefined ? this.#stale : [draft, ...this.#stale];
  }

  #isDue(): boolean {
    return !this.#isFinished && !isSameContent(this.#view.message, this.#known);
  }

  #changed(change: Partial<DraftView>): void {
    this.#view = { ...this.#view, ...change };
    for (const each of this.#listeners) each();
  }

  #saveIn(ms: number): void {
    this.#cancelSave();
    this.#cancelSave = this.#parts.setTimer(() => void this.#save(), ms);
  }

  /** One at a time: the next one drops what this one makes. */
  async #save(): Promise<void> {
    this.#cancelSave();
    if (this.#running !== undefined) return this.#running;
    if (this.#isPaused) return;
    if (!this.#isDue()) {
      if (this.#view.save.kind === 'dirty') this.#changed({ save: { kind: 'clean' } });
      return;
    }
    this.#running = this.#tryToSave().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #tryToSave(): Promise<void> {
    const { message } = this.#view;
    this.#changed({ save: { kind: 'saving' } });
    let outcome: SaveOutcome;
    try {
      outcome = await this.#parts.save(message, this.#former());
    } catch {
      this.#changed({ save: { kind: 'unreachable' } });
      this.#saveIn(Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures));
      this.#failures += 1;
      return;
    }
    if (outcome.kind === 'refused') {
      this.#changed({ save: outcome });
      return;
    }
    this.#failures = 0;
    const { emailId, wasGone, left, blobs } = outcome;
    this.#stale = [...left];
    this.#known = withBlobs(message, blobs);
    this.#changed({
      message: withBlobs(this.#view.message, blobs),
      draft: { accountId: message.accountId, emailId },
      wasGone: this.#view.wasGone || wasGone,
    });
    if (this.#isDue()) {
      this.#changed({ save: { kind: 'dirty' } });
      this.#saveIn(restMs);
      await this.#writeJournal(); // with the draft that it is now
      return;
    }
    this.#changed({ save: { kind: 'saved', at: this.#parts.now() } });
    await this.#eraseJournal();
  }

  async #writeJournal(): Promise<void> {
    this.#cancelJournal?.();
    this.#cancelJournal = undefined;
    if (!this.#isDue()) return;
    const { message, draft } = this.#view;
    // A browser that keeps nothing (private windows, full disk) is no reason to stop writing.
    await this.#parts.journal.write({ message, savedAs: draft, changedAt: this.#parts.now() }).catch(() => undefined);
    if (!this.#isDue()) await this.#eraseJournal();
  }

  async #eraseJournal(): Promise<void> {
    await this.#parts.journal.erase(this.#view.message.draftId).catch(() => undefined);
  }
}

function withBlobs(message: ComposedMessage, blobs: ReadonlyMap<JmapId, JmapId>): ComposedMessage {
  if (blobs.size === 0) return message;
  const attachments = message.attachments.map((each) => ({ ...each, blobId: blobs.get(each.blobId) ?? each.blobId }));
  return { ...message, attachments };
}
