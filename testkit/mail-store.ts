/** A mail store over a real database and a real folder of blobs, and the few deeds that tests of mail begin with. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '../src/base/assert.ts';
import type { Clock } from '../src/base/clock.ts';
import { type MailboxId, newId, type PersonId, type TenantId, type Uuid } from '../src/base/ids.ts';
import { type Access, createAccess } from '../src/domain/access/access.ts';
import { type Act, type Actor, type Audit, createAudit } from '../src/domain/audit/audit.ts';
import {
  type Account,
  type AccountRef,
  createMail,
  type Delivery,
  type DeliveryOutcome,
  type GatheredMessage,
  type Mail,
  type MailboxRole,
} from '../src/domain/mail/mail.ts';
import { pendingEmails } from '../src/domain/transfer/transfer.ts';
import { parseAddress } from '../src/formats/address/address.ts';
import { openFileStore } from '../src/platform/blobs/file-store.ts';
import { createSealedBlobs } from '../src/platform/blobs/sealed-blobs.ts';
import type { Database, Db } from '../src/platform/db/db.ts';
import { createDataKeys } from '../src/platform/keys/data-keys.ts';
import { createKeyRing } from '../src/platform/keys/key-ring.ts';
import { type DataKeys, newKey } from '../src/platform/keys/keys.ts';
import { openLookupHasher } from '../src/platform/keys/lookup-hasher.ts';
import { openTestDatabase, type Scope, type TestDatabase } from './database.ts';

/** A clock that tests move. */
class TestClock implements Clock {
  #ms = Date.UTC(2026, 10, 22, 10);

  now(): Date {
    return new Date(this.#ms);
  }

  monotonicMs(): number {
    return this.#ms;
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}

export const task: Actor = { kind: 'system', task: 'test' };

export class TestMail {
  readonly database: Database;
  readonly db: Db;
  readonly ownerDb: Db;
  readonly clock = new TestClock();
  readonly blobFolder: string;
  readonly dataKeys: DataKeys;
  readonly access: Access;
  readonly audit: Audit;
  readonly mail: Mail;
  /** What was asked of the jobs. */
  readonly indexing: AccountRef[] = [];
  readonly forgetting: { readonly account: AccountRef; readonly numbers: readonly number[] }[] = [];
  #accounts = 0;

  private constructor(
    { database, ownerDb }: TestDatabase,
    made: { blobFolder: string; dataKeys: DataKeys; access: Access; mail: (test: TestMail) => Mail },
  ) {
    this.database = database;
    this.db = database.db;
    this.ownerDb = ownerDb;
    this.blobFolder = made.blobFolder;
    this.dataKeys = made.dataKeys;
    this.access = made.access;
    this.audit = createAudit({ db: database.db, dataKeys: made.dataKeys, clock: this.clock });
    this.mail = made.mail(this);
  }

  static async open(scope: Scope): Promise<TestMail> {
    const opened = await openTestDatabase(scope, { maxConnections: 8 });
    const { database } = opened;
    const { db } = database;
    const blobFolder = await mkdtemp(join(tmpdir(), 'hygie-blobs-'));
    scope.after(() => rm(blobFolder, { recursive: true, force: true }));
    const keyClock = new TestClock();
    const dataKeys = createDataKeys({ ring: createKeyRing([newKey()]), clock: keyClock });
    const lookup = await openLookupHasher(db, dataKeys);
    const store = await openFileStore(blobFolder);
    const access = createAccess({ dataKeys, lookup });
    return new TestMail(opened, {
      blobFolder,
      dataKeys,
      access,
      mail: (test) =>
        createMail({
          db,
          clock: test.clock,
          audit: test.audit,
          dataKeys,
          lookup,
          access,
          blobs: createSealedBlobs({ store, clock: test.clock }),
          enqueueIndexing: async (_tx, accounts) => {
            test.indexing.push(...accounts);
          },
          heldEmails: pendingEmails,
          enqueueForgetting: async (_tx, destroyed) => {
            test.forgetting.push(...destroyed);
          },
        }),
    });
  }

  act<T>(body: (act: Act) => Promise<T>, actor: Actor = task): Promise<T> {
    return this.audit.act({ actor, reason: 'test', silent: 'when-nothing-changed' }, body);
  }

  createTenant(): Promise<TenantId> {
    return this.act((act) => this.access.createTenant(act, { kind: 'practice', name: 'Cabinet' }));
  }

  createAccount(tenantId: TenantId, quotaBytes = 1_000_000_000): Promise<Account> {
    this.#accounts += 1;
    const address = present(parseAddress(`bal${this.#accounts}@cabinet.example`), 'a test address is not one');
    const wanted = { tenantId, type: 'PER', address, displayName: 'Dr Anne MARTIN Cabinet', quotaBytes } as const;
    return this.act((act) => this.mail.createAccount(act, wanted));
  }

  /** Somebody with these rights on the account, in a session of their own. */
  async createReader(
    account: AccountRef,
    rights: readonly ('own' | 'read' | 'write' | 'send' | 'manage')[],
  ): Promise<{ kind: 'person'; personId: PersonId; sessionId: Uuid }> {
    const { tenantId } = account;
    const login = newId();
    const wanted = { tenantId, login, name: 'Dr Anne MARTIN', rpps: null, title: 'Médecin', role: 'holder' } as const;
    const person = await this.act((act) => this.access.createPerson(act, wanted));
    if (rights.length > 0) {
      await this.act((act) => this.access.delegate(act, { account, personId: person.personId, rights }));
    }
    return { kind: 'person', personId: person.personId, sessionId: newId() };
  }

  /** `raw` taken in as it comes from the wire, in pieces of `pieceBytes`. */
  async gather(raw: string | Buffer, pieceBytes = 8_192): Promise<GatheredMessage> {
    const bytes = Buffer.from(raw);
    const intake = this.mail.openIntake({ prefix: Buffer.from(traceField) });
    for (let at = 0; at < bytes.length; at += pieceBytes) await intake.write(bytes.subarray(at, at + pieceBytes));
    return intake.finish();
  }

  delivery(account: AccountRef, message: GatheredMessage, role: MailboxRole = 'inbox'): Delivery {
    const { tenantId, accountId } = account;
    const receivedAt = this.clock.now();
    return { tenantId, accountId, message, to: { role }, keywords: [], receivedAt, event: 'email.received' };
  }

  deliver(...deliveries: readonly Delivery[]): Promise<readonly DeliveryOutcome[]> {
    return this.act((act) => this.mail.deliver(act, deliveries));
  }

  /** One message in one account; it must be stored. */
  async store(account: AccountRef, raw: string | Buffer, role: MailboxRole = 'inbox') {
    const [outcome] = await this.deliver(this.delivery(account, await this.gather(raw), role));
    if (outcome?.kind !== 'stored') throw new Error(`a test message was not stored: ${outcome?.kind}`);
    return outcome;
  }

  async mailboxOf(account: AccountRef, role: MailboxRole): Promise<MailboxId> {
    const mailboxes = await this.mail.listMailboxes(this.db, account);
    return present(mailboxes.find((mailbox) => mailbox.role === role)?.id, 'an account lacks a mailbox');
  }
}

/** The prefix of every test message. */
export const traceField = 'Received: from a.example by b.example; Sun, 22 Nov 2026 11:00:00 +0100\r\n';

/** A small message, CRLF ended. */
export function rawMessage(
  fields: Readonly<Record<string, string>> = {},
  body = 'Cher confrère,\r\nbien à vous.\r\n',
): string {
  const all = {
    From: 'Dr Paul DURAND <paul.durand@hopital.example>',
    To: 'bal1@cabinet.example',
    Subject: 'Compte rendu',
    Date: 'Sun, 22 Nov 2026 11:00:00 +0100',
    'Message-ID': `<${newId()}@hopital.example>`,
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...fields,
  };
  const header = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${header.join('')}\r\n${body}`;
}

export async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
