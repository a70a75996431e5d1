/**
 * What the index of the search is made of, read from the tables of the directory: persons in the order of their national identifiers, then
 * the mailboxes without a person. Four cursors go through the tables side by side, so that some thousand rows are held at once, never all.
 */
import { type RawBuilder, sql } from 'kysely';
import { directoryImportLimits } from '../../base/domain-limits.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { Coded, ListedMailboxType } from './directory.ts';
import type { IndexDocument, IndexedPlace } from './search/index-document.ts';

interface PersonRow {
  readonly number: number;
  readonly idnps: string;
  readonly family: string;
  readonly given: string;
}

/** The place of an activity or of a mailbox, with what somebody does there. */
interface PlacedRow extends IndexedPlace {
  readonly idnps: string;
  readonly profession: string | null;
  readonly speciality: string | null;
}

interface MailboxRow extends PlacedRow {
  readonly address: string;
  readonly type: ListedMailboxType;
}

interface SkillRow {
  readonly idnps: string;
  readonly profession: null;
  readonly speciality: string;
}

type SharedMailboxRow = Omit<MailboxRow, 'idnps'> & { readonly number: number };

const persons = sql`select number, idnps, family, given from directory.practitioner order by idnps collate "C"`;

const activities = sql`select a.idnps, a.profession_code as profession, a.skill_code as speciality, o.name as organization, o.sign,
    null as service, o.postcode, o.town, o.department, o.finess
  from directory.activity a left join directory.organization o using (organization_id) order by a.idnps collate "C"`;

const mailboxColumns = sql`m.address, m.type, m.profession_code as profession, m.skill_code as speciality, coalesce(o.name, m.name) as organization,
  coalesce(o.sign, m.sign) as sign, m.service, coalesce(m.postcode, o.postcode) as postcode, coalesce(m.town, o.town) as town,
  coalesce(m.department, o.department) as department, o.finess`;

const ownMailboxes = sql`select m.idnps, ${mailboxColumns}
  from directory.mailbox m left join directory.organization o using (organization_id)
  where m.idnps is not null and not directory.is_hidden(m.address) order by m.idnps collate "C", m.address`;

const sharedMailboxes = sql`select m.number, ${mailboxColumns}
  from directory.mailbox m left join directory.organization o using (organization_id)
  where m.idnps is null and not directory.is_hidden(m.address)`;

const skills = sql`select s.idnps, null as profession, s.skill_code as speciality
  from directory.skill s join directory.practitioner p using (idnps) order by s.idnps collate "C"`;

export async function* readIndexDocuments(tx: Transaction): AsyncGenerator<IndexDocument> {
  const labels = await readLabels(tx);
  const activitiesOf = new OrderedRows<PlacedRow>(await openCursor(tx, 'activities', activities));
  const mailboxesOf = new OrderedRows<MailboxRow>(await openCursor(tx, 'own_mailboxes', ownMailboxes));
  const skillsOf = new OrderedRows<SkillRow>(await openCursor(tx, 'skills', skills));
  for await (const batch of await openCursor<PersonRow>(tx, 'persons', persons)) {
    const last = batch.at(-1)?.idnps ?? '';
    for (const rows of [activitiesOf, mailboxesOf, skillsOf]) await rows.readThrough(last);
    for (const person of batch) {
      const roles = activitiesOf.take(person.idnps);
      const mailboxes = mailboxesOf.take(person.idnps);
      const told = [...roles, ...mailboxes, ...skillsOf.take(person.idnps)];
      yield {
        kind: 'practitioner',
        number: person.number,
        idnps: person.idnps,
        family: person.family,
        given: person.given,
        professions: labels.of('profession', told),
        specialities: labels.of('speciality', told),
        places: [...roles, ...mailboxes].filter(hasPlace),
        addresses: mailboxes,
      };
    }
  }
  for await (const batch of await openCursor<SharedMailboxRow>(tx, 'shared_mailboxes', sharedMailboxes)) {
    for (const mailbox of batch) {
      yield {
        kind: 'mailbox',
        number: mailbox.number,
        idnps: null,
        family: null,
        given: null,
        professions: labels.of('profession', [mailbox]),
        specialities: labels.of('speciality', [mailbox]),
        places: [mailbox].filter(hasPlace),
        addresses: [mailbox],
      };
    }
  }
}

function hasPlace(place: IndexedPlace): boolean {
  return place.organization !== null || place.service !== null || place.town !== null || place.postcode !== null;
}

/** Rows in batches. The cursor ends with the transaction. */
async function openCursor<Row>(
  tx: Transaction,
  name: string,
  query: RawBuilder<unknown>,
): Promise<AsyncIterable<readonly Row[]>> {
  await sql`declare ${sql.raw(name)} no scroll cursor for ${query}`.execute(tx);
  return fetchAll<Row>(tx, name);
}

async function* fetchAll<Row>(tx: Transaction, name: string): AsyncGenerator<readonly Row[]> {
  const next = sql<Row>`fetch ${sql.raw(String(directoryImportLimits.cursorRows))} from ${sql.raw(name)}`;
  for (;;) {
    const { rows } = await next.execute(tx);
    if (rows.length === 0) return;
    yield rows;
  }
}

/** Rows in the order of `idnps`, taken person by person in the same order. */
class OrderedRows<Row extends { readonly idnps: string }> {
  readonly #batches: AsyncIterator<readonly Row[]>;
  #held: readonly Row[] = [];
  #at = 0;
  #isOver = false;

  constructor(batches: AsyncIterable<readonly Row[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Holds all rows up to those of `idnps`. */
  async readThrough(idnps: string): Promise<void> {
    while (!this.#isOver && (this.#held.at(-1)?.idnps ?? '') <= idnps) {
      const next = await this.#batches.next();
      if (next.done === true) this.#isOver = true;
      else {
        this.#held = [...this.#held.slice(this.#at), ...next.value];
        this.#at = 0;
      }
    }
  }

  take(idnps: string): readonly Row[] {
    const start = this.#at;
    while (this.#held[this.#at]?.idnps === idnps) this.#at += 1;
    return this.#held.slice(start, this.#at);
  }
}

interface LabelledCodes {
  of(
    field: 'profession' | 'speciality',
    rows: readonly { readonly profession: string | null; readonly speciality: string | null }[],
  ): readonly Coded[];
}

/** Codes as they stand in rows, with their labels, each once; the same object for the same code. */
async function readLabels(tx: Transaction): Promise<LabelledCodes> {
  const lists = { profession: new Map<string, Coded>(), speciality: new Map<string, Coded>() };
  const { rows } = await sql<{ list: string } & Coded>`select list, code, label from directory.label
    where list in ('profession', 'skill')`.execute(tx);
  for (const { list, code, label } of rows) {
    (list === 'profession' ? lists.profession : lists.speciality).set(code, { code, label });
  }
  return {
    of(field, told) {
      const found: Coded[] = [];
      for (const row of told) {
        const code = row[field];
        if (code === null) continue;
        let coded = lists[field].get(code);
        if (coded === undefined) {
          coded = { code, label: code };
          lists[field].set(code, coded);
        }
        if (!found.includes(coded)) found.push(coded);
      }
      return found;
    },
  };
}
