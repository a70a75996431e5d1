/** Templates: texts with which an account begins its messages, sealed under its key. What stands between braces is the client's matter. */
import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';
import { fieldContext, openAccountKey, openField, sealField } from './account-key.ts';
import { lockAccounts } from './account-lock.ts';
import type { AccountRef, MailParts } from './mail.ts';
import { isOneLine } from './one-line.ts';
import { requireRight } from './permission.ts';
import { mailTexts } from './texts.ts';

export interface TemplateContent {
  readonly name: string;
  readonly subject: string;
  /** Empty for one of plain text. */
  readonly html: string;
  readonly text: string;
}

export interface Template extends TemplateContent {
  readonly id: Uuid;
  readonly changedAt: Date;
}

/** To list asks for `read`, the rest for `write`. `Refusal` `template-unknown`, `template-exists`, `bad-template`, `too-many-templates`. */
export interface Templates {
  /** In the order of their names. */
  list(act: Act, account: AccountRef): Promise<readonly Template[]>;
  create(act: Act, account: AccountRef, content: TemplateContent): Promise<Uuid>;
  /** What is left out stays as it is. */
  change(act: Act, account: AccountRef, id: Uuid, change: Partial<TemplateContent>): Promise<void>;
  remove(act: Act, account: AccountRef, id: Uuid): Promise<void>;
}

type Parts = Pick<MailParts, 'access' | 'dataKeys'>;

interface OnAccount {
  readonly act: Act;
  readonly account: AccountRef;
}

export function createTemplates(parts: Parts): Templates {
  return {
    async list(act, account) {
      await requireRight(parts.access, act, account, 'read');
      const inFrench = new Intl.Collator('fr', { numeric: true });
      return [...(await readAll(parts, { act, account }))].sort((left, right) =>
        inFrench.compare(left.name, right.name),
      );
    },
    async create(act, account, content) {
      const held = await edit(parts, { act, account });
      if (held.length >= mailLimits.templates) throw tooMany();
      const id = newId<Uuid>(act.at);
      await write(parts, { act, account }, held, { id, ...content });
      record({ act, account }, id, 'template.created');
      return id;
    },
    async change(act, account, id, change) {
      const held = await edit(parts, { act, account });
      const template = held.find((each) => each.id === id);
      if (template === undefined) throw unknown();
      const { name, subject, html, text } = { ...template, ...change };
      await write(parts, { act, account }, held, { id, name, subject, html, text });
      record({ act, account }, id, 'template.changed');
    },
    async remove(act, account, id) {
      await edit(parts, { act, account });
      const { numAffectedRows } = await sql`
        delete from mail.template
         where tenant_id = ${account.tenantId} and account_id = ${account.accountId} and id = ${id}`.execute(act.tx);
      if (numAffectedRows === 0n) throw unknown();
      record({ act, account }, id, 'template.removed');
    },
  };
}

/** What is there, nobody else writing meanwhile. */
async function edit(parts: Parts, { act, account }: OnAccount): Promise<readonly Template[]> {
  await requireRight(parts.access, act, account, 'write');
  await lockAccounts(act.tx, [account]);
  return readAll(parts, { act, account });
}

async function readAll(parts: Parts, { act, account }: OnAccount): Promise<readonly Template[]> {
  const { rows } = await sql<{ id: Uuid; sealed: Buffer; changedAt: Date }>`
    select id, sealed, changed_at as "changedAt" from mail.template
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(act.tx);
  const templates: Template[] = [];
  for (const { id, sealed, changedAt } of rows) {
    const opened = await openField({ ...parts, db: act.tx }, account, sealed, contextOf(account, id));
    templates.push({ ...(JSON.parse(opened) as TemplateContent), id, changedAt }); // as sealed below
  }
  return templates;
}

async function write(
  parts: Parts,
  { act, account }: OnAccount,
  held: readonly Template[],
  { id, ...given }: TemplateContent & { readonly id: Uuid },
): Promise<void> {
  const content = checked(given);
  const others = held.filter((each) => each.id !== id);
  const letters = new Intl.Collator('fr', { sensitivity: 'base' });
  if (others.some(({ name }) => letters.compare(name, content.name) === 0)) {
    throw new Refusal('template-exists', mailTexts.templateExists);
  }
  const bytes = [...others, content].map(sizeOf).reduce((sum, size) => sum + size, 0);
  if (bytes > mailLimits.templatesBytes) throw tooMany();
  const key = await openAccountKey(parts.dataKeys, act.tx, account);
  const sealed = sealField(key, JSON.stringify(content), contextOf(account, id));
  await sql`
    insert into mail.template (tenant_id, account_id, id, sealed, changed_at)
    values (${account.tenantId}, ${account.accountId}, ${id}, ${sealed}, ${act.at})
    on conflict (tenant_id, account_id, id)
    do update set sealed = excluded.sealed, changed_at = excluded.changed_at`.execute(act.tx);
}

function checked({ name, subject, html, text }: TemplateContent): TemplateContent {
  const content = { name: name.normalize('NFC').trim(), subject: subject.trim(), html, text };
  const isFit =
    isOneLine(content.name) &&
    content.name.length <= mailLimits.templateNameCharacters &&
    (content.subject === '' || isOneLine(content.subject)) &&
    content.subject.length <= mailLimits.templateSubjectCharacters &&
    [content.subject, html, text].every((each) => each.isWellFormed() && !each.includes('\0')) &&
    sizeOf(content) <= mailLimits.templateBytes;
  if (!isFit) throw new Refusal('bad-template', mailTexts.badTemplate);
  return content;
}

function sizeOf({ name, subject, html, text }: TemplateContent): number {
  return [name, subject, html, text].reduce((sum, each) => sum + Buffer.byteLength(each), 0);
}

function contextOf(account: AccountRef, id: Uuid): Buffer {
  return fieldContext('template.sealed', account, id);
}

function tooMany(): Refusal {
  return new Refusal('too-many-templates', mailTexts.tooManyTemplates);
}

function unknown(): Refusal {
  return new Refusal('template-unknown', mailTexts.templateUnknown);
}

function record({ act, account }: OnAccount, id: Uuid, kind: `template.${string}`): void {
  const { tenantId, accountId } = account;
  act.record({ tenantId, accountId, kind, object: { kind: 'template', id } });
}
