/**
 * Random deeds on one account beside a model of a few maps. After each deed the store must say what the model says; at the
 * end, whoever stopped following at any past change must come to the present by what the store tells as changed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  emailsAt,
  mailboxesAt,
  replayEmails,
  replayMailboxes,
  replayUids,
  type Snapshot,
  snapshotOf,
} from '../../../testkit/mail-replay.ts';
import { rawMessage, TestMail } from '../../../testkit/mail-store.ts';
import { present } from '../../base/assert.ts';
import type { EmailId, MailboxId } from '../../base/ids.ts';
import type { Account, GatheredMessage } from './mail.ts';

interface ModelEmail {
  readonly id: EmailId;
  readonly sizeBytes: number;
  readonly keywords: Set<string>;
  uids: Map<MailboxId, number>;
  from: MailboxId[];
  isDeleted: boolean;
}

interface ModelMailbox {
  readonly id: MailboxId;
  readonly isTrash: boolean;
  readonly isInbox: boolean;
  readonly canGo: boolean;
  uidNext: number;
}

/** Picks by index, so that any number names one of what there is. */
type Picks = readonly number[];
type Deed =
  | { readonly deed: 'deliver'; readonly mailbox: number; readonly keywords: readonly string[] }
  | {
      readonly deed: 'mark';
      readonly emails: Picks;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly deed: 'move'; readonly emails: Picks; readonly to: Picks }
  | { readonly deed: 'delete' | 'undelete'; readonly emails: Picks }
  | { readonly deed: 'create' }
  | { readonly deed: 'destroy'; readonly mailbox: number }
  | { readonly deed: 'purge' };

const keyword = fc.constantFrom('$seen', '$flagged', '$draft', '$forwarded', 'dupont', 'A-Rappeler');
const keywords = fc.uniqueArray(keyword, { maxLength: 3 });
const index = fc.nat({ max: 40 });
const picks = fc.array(index, { minLength: 1, maxLength: 4 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ deed: fc.constant('deliver' as const), mailbox: index, keywords }) },
  {
    weight: 4,
    arbitrary: fc.record({ deed: fc.constant('mark' as const), emails: picks, add: keywords, remove: keywords }),
  },
  { weight: 4, arbitrary: fc.record({ deed: fc.constant('move' as const), emails: picks, to: picks }) },
  { weight: 6, arbitrary: fc.record({ deed: fc.constantFrom('delete' as const, 'undelete' as const), emails: picks }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('create' as const) }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('destroy' as const), mailbox: index }) },
  { weight: 1, arbitrary: fc.record({ deed: fc.constant('purge' as const) }) },
);

class Model {
  readonly emails: ModelEmail[] = [];
  readonly mailboxes: ModelMailbox[] = [];
  readonly #store: TestMail;
  readonly #account: Account;
  readonly #message: GatheredMessage;
  #names = 0;

  constructor(store: TestMail, account: Account, message: GatheredMessage) {
    this.#store = store;
    this.#account = account;
    this.#message = message;
  }

  async begin(): Promise<void> {
    for (const { id, role } of await this.#store.mail.listMailboxes(this.#store.db, this.#account)) {
      this.mailboxes.push({ id, isTrash: role === 'trash', isInbox: role === 'inbox', canGo: false, uidNext: 1 });
    }
  }

  async do(deed: Deed): Promise<void> {
    const { mail } = this.#store;
    const account = this.#account;
    switch (deed.deed) {
      case 'deliver':
        return this.#deliver(this.#pick(this.mailboxes, [deed.mailbox]), deed.keywords);
      case 'mark': {
        const emails = this.#pickPresent(deed.emails);
        await this.#store.act((act) => mail.setKeywords(act, account, idsOf(emails), deed));
        for (const email of emails) {
          for (const keyword of deed.remove) email.keywords.delete(keyword.toLowerCase());
          for (const keyword of deed.add) email.keywords.add(keyword.toLowerCase());
        }
        return;
      }
      case 'move': {
        const [emails, to] = [this.#pickPresent(deed.emails), this.#pick(this.mailboxes, deed.to)];
        const moved = await this.#store.act((act) => mail.moveEmails(act, account, idsOf(emails), idsOf(to)));
        assert.deepEqual(moved, idsOf(emails));
        for (const email of emails) this.#place(email, to);
        return;
      }
      case 'delete':
        return this.#delete(this.#pickPresent(deed.emails));
      case 'undelete':
        return this.#undelete(
          this.#pick(
            this.emails.filter((email) => email.isDeleted),
            deed.emails,
          ),
        );
      case 'create': {
        this.#names += 1;
        const wanted = { name: `Dossier ${this.#names}`, parentId: null };
        const id = await this.#store.act((act) => mail.createMailbox(act, account, wanted));
        this.mailboxes.push({ id, isTrash: false, isInbox: false, canGo: true, uidNext: 1 });
        return;
      }
      case 'destroy':
        return this.#destroy(deed.mailbox);
      case 'purge': {
        this.#store.clock.advance(1_000);
        const gone = this.emails.filter((email) => email.isDeleted);
        const now = this.#store.clock.now();
        await this.#store.act((act) => mail.purgeDeleted(act, now, 200));
        for (const email of gone) this.emails.splice(this.emails.indexOf(email), 1);
      }
    }
  }

  async #deliver(into: readonly ModelMailbox[], keywords: readonly string[]): Promise<void> {
    const mailbox = present(into[0], 'an account has no mailbox');
    const wanted = { ...this.#store.delivery(this.#account, this.#message), to: { mailboxId: mailbox.id }, keywords };
    const [outcome] = await this.#store.deliver(wanted);
    assert(outcome?.kind === 'stored');
    const kept = new Set(keywords.map((each) => each.toLowerCase()));
    const uids = new Map([[mailbox.id, mailbox.uidNext]]);
    mailbox.uidNext += 1;
    const { sizeBytes } = this.#message;
    this.emails.push({ id: outcome.emailId, sizeBytes, keywords: kept, uids, from: [], isDeleted: false });
  }

  async #delete(emails: readonly ModelEmail[]): Promise<void> {
    await this.#store.act((act) => this.#store.mail.deleteEmails(act, this.#account, idsOf(emails)));
    const trash = this.mailboxes.filter((mailbox) => mailbox.isTrash);
    for (const email of emails) {
      if ([...email.uids.keys()].some((id) => id !== trash[0]?.id)) {
        this.#place(email, trash);
      } else {
        email.uids = new Map();
        email.isDeleted = true;
      }
    }
  }

  async #undelete(emails: readonly ModelEmail[]): Promise<void> {
    await this.#store.act((act) => this.#store.mail.undeleteEmails(act, this.#account, idsOf(emails)));
    for (const email of emails) {
      const origin = email.from.flatMap((id) => this.mailboxes.find((mailbox) => mailbox.id === id) ?? []);
      email.isDeleted = false;
      this.#place(email, origin.length > 0 ? origin : this.mailboxes.filter((mailbox) => mailbox.isInbox));
      email.from = [];
    }
  }

  async #destroy(at: number): Promise<void> {
    const free = this.mailboxes.filter(
      (mailbox) => mailbox.canGo && !this.emails.some((email) => email.uids.has(mailbox.id)),
    );
    const [mailbox] = this.#pick(free, [at]);
    if (mailbox === undefined) return;
    await this.#store.act((act) => this.#store.mail.destroyMailbox(act, this.#account, mailbox.id));
    this.mailboxes.splice(this.mailboxes.indexOf(mailbox), 1);
  }

  #place(email: ModelEmail, to: readonly ModelMailbox[]): void {
    const isSame = to.length === email.uids.size && to.every((mailbox) => email.uids.has(mailbox.id));
    if (isSame) return;
    const left = [...email.uids.keys()].filter((id) => id !== to[0]?.id);
    email.from = to.every((mailbox) => mailbox.isTrash) ? left : [];
    const uids = new Map<MailboxId, number>();
    for (const mailbox of to) {
      const held = email.uids.get(mailbox.id);
      uids.set(mailbox.id, held ?? mailbox.uidNext);
      if (held === undefined) mailbox.uidNext += 1;
    }
    email.uids = uids;
  }

  #pickPresent(picks: Picks): readonly ModelEmail[] {
    return this.#pick(
      this.emails.filter((email) => !email.isDeleted),
      picks,
    );
  }

  #pick<T>(among: readonly T[], picks: Picks): readonly T[] {
    if (among.length === 0) return [];
    return [...new Set(picks.map((pick) => present(among[pick % among.length], 'a pick beyond the end')))];
  }
}

function idsOf<Id>(things: readonly { readonly id: Id }[]): readonly Id[] {
  return things.map((thing) => thing.id);
}

function assertSame(model: Model, real: Snapshot): void {
  const there = model.emails.filter((email) => !email.isDeleted);
  assert.equal(real.account.emailCount, there.length);
  assert.equal(
    real.account.usedBytes,
    there.reduce((sum, email) => sum + email.sizeBytes, 0),
  );
  const expected = there.map((email) => [email.id, [...email.keywords].sort(), [...email.uids.keys()].sort()]);
  assert.deepEqual(emailsAt(real), expected.sort());
  const uids = there.flatMap((email) => [...email.uids].map(([mailboxId, uid]) => `${mailboxId} ${uid} ${email.id}`));
  assert.deepEqual([...real.uids.keys()].sort(), uids.sort());
  const unread = (email: ModelEmail): boolean => !email.keywords.has('$seen') && !email.keywords.has('$draft');
  const mailboxes = model.mailboxes.map((mailbox) => {
    const inside = there.filter((email) => email.uids.has(mailbox.id));
    return [mailbox.id, mailbox.uidNext, inside.length, inside.filter(unread).length];
  });
  assert.deepEqual(mailboxesAt(real), mailboxes.sort());
}

test('random deeds leave what a model says, and changes lead from any past to the present', async (t) => {
  const store = await TestMail.open(t);
  const tenantId = await store.createTenant();
  const message = await store.gather(rawMessage());
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 20, maxLength: 60 }), async (deeds) => {
      const account = await store.createAccount(tenantId);
      const model = new Model(store, account, message);
      await model.begin();
      const history = [await snapshotOf(store, account)];
      for (const each of deeds) {
        await model.do(each);
        const real = await snapshotOf(store, account);
        assertSame(model, real);
        history.push(real);
      }
      for (const [at, past] of history.entries()) {
        const follower = { store, account, past, now: present(history.at(-1), 'no present'), limit: 1 + (at % 4) };
        await replayEmails(follower);
        await replayMailboxes(follower);
        await replayUids(follower);
      }
    }),
    { numRuns: 8 },
  );
});
