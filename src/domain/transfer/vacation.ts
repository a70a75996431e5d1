/**
 * The answer of an account whose holder is away (RFC 8621 §8): what is kept, sealed under the account's key. What it
 * answers, and when, is in `vacation-answer.ts`.
 */
import { sql } from 'kysely';
import { vacationLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { Db } from '../../platform/db/db.ts';
import type { DataKeys } from '../../platform/keys/keys.ts';
import type { Right } from '../access/access.ts';
import type { Act, Actor } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { vacationTexts } from './texts.ts';
import type { TransferParts } from './transfer.ts';

export interface Vacation {
  readonly isEnabled: boolean;
  readonly fromDate: Date | null;
  readonly toDate: Date | null;
  /** Null: "Réponse automatique" and the subject that is answered. */
  readonly subject: string | null;
  readonly textBody: string | null;
  readonly htmlBody: string | null;
}

/** With the account's change number at which it was last changed, 0 when it never was. */
export type KeptVacation = Vacation & { readonly change: number };

const none: KeptVacation = {
  isEnabled: false,
  fromDate: null,
  toDate: null,
  subject: null,
  textBody: null,
  htmlBody: null,
  change: 0,
};

interface VacationRow {
  readonly is_enabled: boolean;
  readonly from_at: Date | null;
  readonly to_at: Date | null;
  readonly sealed: Buffer;
  readonly change: number;
}

type SealedTexts = Pick<Vacation, 'subject' | 'textBody' | 'htmlBody'>;

/** The account's; without one, what says that it has none. The caller has checked who asks. */
export async function readVacation(
  parts: { readonly dataKeys: DataKeys },
  db: Db,
  account: AccountRef,
): Promise<KeptVacation> {
  const found = await sql<VacationRow>`
    select is_enabled, from_at, to_at, sealed, change from transfer.vacation
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(db);
  const [row] = found.rows;
  if (row === undefined) return none;
  const key = await accountKey(parts, db, account, row.sealed.readUInt32BE(0));
  const text = key.unseal(row.sealed.subarray(versionBytes), context(account)).toString('utf8');
  const texts = JSON.parse(text) as SealedTexts; // authenticated: it is what `changeVacation` wrote
  return { isEnabled: row.is_enabled, fromDate: row.from_at, toDate: row.to_at, ...texts, change: row.change };
}

/** For who may read the account. */
export async function getVacation(parts: TransferParts, viewer: Actor, account: AccountRef): Promise<KeptVacation> {
  await requireRight(parts, parts.db, { actor: viewer, account, right: 'read' });
  return readVacation(parts, parts.db, account);
}

/**
 * Changes what is given and leaves the rest. Who may send from the account may have it answer. `Refusal` `bad-vacation` when
 * a text is too long, or the end is not after the beginning.
 */
export async function changeVacation(
  parts: TransferParts,
  act: Act,
  account: AccountRef,
  change: Partial<Vacation>,
): Promise<KeptVacation> {
  await requireRight(parts, act.tx, { actor: act.actor, account, right: 'send' });
  // Under the account's lock, and told to its followers.
  const taken = await parts.mail.takeChange(act, account);
  const held = await readVacation(parts, act.tx, account);
  const { isEnabled, fromDate, toDate, ...texts } = { ...held, ...change };
  checkVacation({ isEnabled, fromDate, toDate, ...texts });
  const { subject, textBody, htmlBody } = texts;
  const key = await accountKey(parts, act.tx, account);
  const version = Buffer.alloc(versionBytes);
  version.writeUInt32BE(key.version);
  const stored: SealedTexts = { subject, textBody, htmlBody };
  const sealed = Buffer.concat([version, key.seal(Buffer.from(JSON.stringify(stored), 'utf8'), context(account))]);
  await sql`
    insert into transfer.vacation (tenant_id, account_id, is_enabled, from_at, to_at, sealed, change)
    values (${account.tenantId}, ${account.accountId}, ${isEnabled}, ${fromDate}, ${toDate}, ${sealed}, ${taken})
    on conflict (tenant_id, account_id) do update
      set is_enabled = excluded.is_enabled, from_at = excluded.from_at, to_at = excluded.to_at, sealed = excluded.sealed,
          change = excluded.change`.execute(act.tx);
  act.record({
    tenantId: account.tenantId,
    accountId: account.accountId,
    kind: 'vacation.changed',
    facts: { enabled: isEnabled },
  });
  return { isEnabled, fromDate, toDate, ...stored, change: taken };
}

function checkVacation({ fromDate, toDate, subject, textBody, htmlBody }: Vacation): void {
  const { subjectCharacters, textCharacters, htmlCharacters } = vacationLimits;
  const isFit =
    (subject?.length ?? 0) <= subjectCharacters &&
    (textBody?.length ?? 0) <= textCharacters &&
    (htmlBody?.length ?? 0) <= htmlCharacters;
  if (!isFit) throw new Refusal('bad-vacation', vacationTexts.tooLong);
  if (fromDate !== null && toDate !== null && toDate <= fromDate) {
    throw new Refusal('bad-vacation', vacationTexts.endsBeforeItBegins);
  }
}

async function requireRight(
  parts: Pick<TransferParts, 'access' | 'clock'>,
  db: Db,
  { actor, account, right }: { readonly actor: Actor; readonly account: AccountRef; readonly right: Right },
): Promise<void> {
  if (actor.kind === 'system') return;
  if (actor.kind === 'person') {
    const person = { tenantId: account.tenantId, personId: actor.personId };
    const rights = await parts.access.rightsOn(db, person, account, parts.clock.now());
    if (rights.has('own') || rights.has(right)) return;
  }
  throw new Refusal('not-permitted', vacationTexts.notPermitted);
}

const versionBytes = 4;

function context({ tenantId, accountId }: AccountRef): Buffer {
  return Buffer.from(`transfer.vacation/${tenantId}/${accountId}`);
}

async function accountKey(parts: { readonly dataKeys: DataKeys }, db: Db, account: AccountRef, version?: number) {
  const owner = { tenantId: account.tenantId, purpose: 'account', ownerId: account.accountId } as const;
  const opened = await parts.dataKeys.open(db, version === undefined ? owner : { ...owner, version });
  if (opened.state === 'destroyed') throw new Refusal('account-destroyed', vacationTexts.accountDestroyed);
  return opened.key;
}
