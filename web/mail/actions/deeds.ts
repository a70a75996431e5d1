/** The deeds of actions.ts, outside React. */
import type { JmapId, MailboxRole } from '../../../contract/jmap/mail.ts';
import type { ApiClient } from '../../api/client.ts';
import { explainFault, explainSetError } from '../../api/faults.ts';
import type { HeldAccount } from '../../app/session.ts';
import { mailTexts as texts } from '../../texts/mail.ts';
import type { Toasts } from '../../ui/toasts.ts';
import type { DeedOutcome } from '../store/deed-call.ts';
import { inverse, type Patch } from '../store/patches.ts';
import type { MailStore } from '../store/store.ts';
import type { EmailRef, HeldEmail } from '../store/types.ts';
import type { Deed, MailActions } from './actions.ts';

export interface DeedParts {
  readonly store: Pick<MailStore, 'change' | 'email' | 'fetchCores' | 'mailboxes' | 'refresh' | 'refreshMailboxes'>;
  readonly api: Pick<ApiClient, 'request'>;
  readonly accounts: readonly HeldAccount[];
  readonly toasts: Pick<Toasts, 'show'>;
}

/** The changes of one gesture in one account. */
interface Step {
  readonly accountId: JmapId;
  readonly patches: ReadonlyMap<JmapId, Patch>;
}

type Said = (count: number) => string;

function explain(fault: NonNullable<DeedOutcome['fault']>): string {
  return `${texts.stayed} ${fault instanceof Error ? explainFault(fault) : explainSetError(fault)}`;
}

function asError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault));
}

class Deeds {
  readonly #parts: DeedParts;

  constructor(parts: DeedParts) {
    this.#parts = parts;
  }

  /** `said` undefined: what was done shows by itself. */
  async patch(refs: readonly EmailRef[], patchOf: (email: HeldEmail) => Patch | undefined, said?: Said) {
    const { toasts, store } = this.#parts;
    const steps: Step[] = [];
    const undos: Step[] = [];
    for (const [accountId, ids] of this.#changeable(refs)) {
      const emails = await this.#emailsOf(accountId, ids);
      if (emails === undefined) return false;
      const patches = new Map<JmapId, Patch>();
      const undo = new Map<JmapId, Patch>();
      for (const email of emails) {
        const patch = patchOf(email);
        if (patch === undefined) continue;
        patches.set(email.id, patch);
        const back = inverse(email, patch);
        if (back !== undefined) undo.set(email.id, back);
      }
      if (patches.size > 0) steps.push({ accountId, patches });
      if (undo.size > 0) undos.push({ accountId, patches: undo });
    }
    const count = steps.reduce((sum, { patches }) => sum + patches.size, 0);
    if (count === 0) return true;
    const outcomes = Promise.all(steps.map(({ accountId, patches }) => store.change(accountId, patches)));
    // Said at once, as it shows at once; a refusal is said after it.
    if (said !== undefined) {
      const undo = async (): Promise<void> => {
        await outcomes; // what is taken back must have been done
        // And have left the lists: otherwise their lines would come, go and come again under the reader's hand.
        await Promise.all(undos.map(({ accountId }) => store.refresh(accountId)));
        this.#tellFaults(await Promise.all(undos.map(({ accountId, patches }) => store.change(accountId, patches))));
      };
      toasts.show(said(count), undos.length === 0 ? {} : { undo: () => void undo() });
    }
    return this.#tellFaults(await outcomes);
  }

  async moveToRole(refs: readonly EmailRef[], role: MailboxRole, said: Said, keywords?: Patch['keywords']) {
    const accountIds = [...new Set(refs.map(({ accountId }) => accountId))];
    const targets = new Map<JmapId, JmapId>();
    for (const accountId of accountIds) {
      const mailbox = this.#parts.store.mailboxes.withRole(accountId, role);
      if (mailbox !== undefined) targets.set(accountId, mailbox.id);
    }
    if (targets.size < accountIds.length) this.#fault(texts.noSuchMailbox);
    const movable = refs.filter(({ accountId }) => targets.has(accountId));
    const accountOf = new Map(movable.map(({ accountId, emailId }) => [emailId, accountId]));
    const patchOf = ({ id, mailboxIds }: HeldEmail): Patch | undefined => {
      const target = targets.get(accountOf.get(id) ?? '');
      if (target === undefined || (target in mailboxIds && Object.keys(mailboxIds).length === 1)) return undefined;
      return { mailboxIds: { [target]: true }, ...(keywords === undefined ? {} : { keywords }) };
    };
    return this.patch(movable, patchOf, said);
  }

  async moveTo(refs: readonly EmailRef[], mailboxId: JmapId): Promise<boolean> {
    const { store, accounts } = this.#parts;
    const holds = (accountId: JmapId): boolean =>
      store.mailboxes.of(accountId)?.some(({ id }) => id === mailboxId) ?? false;
    const accountId = accounts.find((account) => holds(account.accountId))?.accountId;
    const own = refs.filter((ref) => ref.accountId === accountId);
    if (own.length < refs.length) this.#fault(texts.otherAccount);
    const name = store.mailboxes.of(accountId ?? '')?.find(({ id }) => id === mailboxId)?.name ?? '';
    return this.patch(
      own,
      ({ mailboxIds }) => (mailboxId in mailboxIds ? undefined : { mailboxIds: { [mailboxId]: true } }),
      (count) => texts.moved(count, name),
    );
  }

  async trash(refs: readonly EmailRef[]): Promise<boolean> {
    const { store } = this.#parts;
    const isInTrash = ({ accountId, emailId }: EmailRef): boolean => {
      const trash = store.mailboxes.withRole(accountId, 'trash');
      return trash !== undefined && trash.id in (store.email({ accountId, emailId })?.mailboxIds ?? {});
    };
    const gone = refs.filter(isInTrash);
    const others = refs.filter((ref) => !isInTrash(ref));
    const destroyed = gone.length === 0 || (await this.destroy(gone));
    const moved = others.length === 0 || (await this.moveToRole(others, 'trash', texts.trashed));
    return destroyed && moved;
  }

  async destroy(refs: readonly EmailRef[]): Promise<boolean> {
    const { store, toasts } = this.#parts;
    const steps = [...this.#changeable(refs)];
    const done: EmailRef[] = [];
    const outcomes: DeedOutcome[] = [];
    for (const [accountId, ids] of steps) {
      const outcome = await store.change(accountId, new Map(ids.map((id) => [id, { isDestroyed: true }])));
      outcomes.push(outcome);
      for (const emailId of outcome.done) done.push({ accountId, emailId });
    }
    if (done.length > 0) toasts.show(texts.destroyed(done.length), { undo: () => void this.undelete(done) });
    return this.#tellFaults(outcomes);
  }

  async undelete(refs: readonly EmailRef[]): Promise<boolean> {
    const { api, store, toasts } = this.#parts;
    let count = 0;
    try {
      for (const [accountId, emailIds] of this.#changeable(refs)) {
        const path = `/api/accounts/${accountId}/undelete`;
        const { restored } = await api.request<{ restored: readonly JmapId[] }>('POST', path, { body: { emailIds } });
        count += restored.length;
        await store.refresh(accountId);
      }
    } catch (fault) {
      this.#fault(explainFault(fault));
      return false;
    }
    if (count > 0) toasts.show(texts.undeleted(count));
    return true;
  }

  /** By account, those that the person may change. */
  #changeable(refs: readonly EmailRef[]): ReadonlyMap<JmapId, readonly JmapId[]> {
    const { accounts } = this.#parts;
    const allowed = new Map<JmapId, JmapId[]>();
    let isRefused = false;
    for (const { accountId, emailId } of refs) {
      const rights = accounts.find((account) => account.accountId === accountId)?.rights ?? [];
      if (!rights.includes('own') && !rights.includes('write')) isRefused = true;
      else allowed.set(accountId, [...(allowed.get(accountId) ?? []), emailId]);
    }
    if (isRefused) this.#fault(texts.readOnly);
    return allowed;
  }

  /** Those that are here at once: a deed shows in the same frame. */
  async #emailsOf(accountId: JmapId, ids: readonly JmapId[]): Promise<readonly HeldEmail[] | undefined> {
    const { store } = this.#parts;
    const here = ids.map((emailId) => store.email({ accountId, emailId }));
    if (here.every((email) => email !== undefined)) return here;
    try {
      return await store.fetchCores(accountId, ids);
    } catch (fault) {
      this.#fault(explain(asError(fault)));
      return undefined;
    }
  }

  #tellFaults(outcomes: readonly DeedOutcome[]): boolean {
    const fault = outcomes.find((outcome) => outcome.fault !== undefined)?.fault;
    if (fault !== undefined) this.#fault(explain(fault));
    return fault === undefined;
  }

  #fault(text: string): void {
    this.#parts.toasts.show(text, { kind: 'fault' });
  }
}

/** A keyword on or off: one email shows it by itself, of several it is said. */
function keywordDeed(deeds: Deeds, keywords: Readonly<Record<string, boolean>>, said: Said): Deed {
  const isSo = (email: HeldEmail): boolean =>
    Object.entries(keywords).every(([keyword, isSet]) => keyword in email.keywords === isSet);
  return (refs) =>
    deeds.patch(refs, (email) => (isSo(email) ? undefined : { keywords }), refs.length > 1 ? said : undefined);
}

export function createMailActions(parts: DeedParts): MailActions {
  const deeds = new Deeds(parts);
  return {
    markSeen: keywordDeed(deeds, { $seen: true }, texts.markedSeen),
    markUnseen: keywordDeed(deeds, { $seen: false }, texts.markedUnseen),
    star: keywordDeed(deeds, { $flagged: true }, texts.starred),
    unstar: keywordDeed(deeds, { $flagged: false }, texts.unstarred),
    archive: (refs) => deeds.moveToRole(refs, 'archive', texts.archived),
    trash: (refs) => deeds.trash(refs),
    junk: (refs) => deeds.moveToRole(refs, 'junk', texts.junked, { $junk: true, $notjunk: false }),
    notJunk: (refs) => deeds.moveToRole(refs, 'inbox', texts.notJunk, { $junk: false, $notjunk: true }),
    destroy: (refs) => deeds.destroy(refs),
    undelete: (refs) => deeds.undelete(refs),
    moveTo: (refs, mailboxId) => deeds.moveTo(refs, mailboxId),
  };
}
