/** Rows of the extractions as rows of the staged tables; a key comes once, the first row that bears it stays. */
import { readActivity } from '../../../formats/rpps/activities.ts';
import { foldName } from '../../../formats/rpps/fields.ts';
import type { ExtractionKind } from '../../../formats/rpps/headers.ts';
import { readMailbox } from '../../../formats/rpps/mailboxes.ts';
import type {
  ActivityRow,
  LabelSink,
  MailboxRow,
  OrganizationFields,
  PersonFields,
} from '../../../formats/rpps/rows.ts';
import { diplomaReader, readSkill } from '../../../formats/rpps/skills.ts';
import { copyArray, copyField } from '../../../platform/db/copy.ts';
import type { OddReason } from '../directory.ts';
import { DigestSet, digestOf, digestText } from './digest.ts';
import type { RowWriter } from './staged-tables.ts';

/** Takes one line; answers why it is odd, if it is. */
export type RowStager = (line: number, text: string) => OddReason | undefined;

export function rowStager(
  kind: ExtractionKind,
  columns: readonly string[],
  writer: RowWriter,
  labels: LabelSink,
): RowStager {
  switch (kind) {
    case 'activities':
      return activityStager(writer, labels);
    case 'mailboxes':
      return mailboxStager(writer, labels);
    case 'skills':
      return keyStager(
        (text) => {
          const row = readSkill(text, labels);
          return typeof row === 'string' ? row : fields([row.idnps, row.professionCode, row.skillType, row.skillCode]);
        },
        (row) => writer.write('staged_skill', row),
      );
    case 'diplomas': {
      const read = diplomaReader(columns);
      return keyStager(
        (text) => {
          const row = read(text, labels);
          if (typeof row === 'string') return row;
          return fields([row.idnps, row.diplomaType, row.diplomaCode, row.authorizationType, row.disciplineCode]);
        },
        (row) => writer.write('staged_diploma', row),
      );
    }
  }
}

/** Distinguishes a row ready to be written from the reason why there is none. */
interface EncodedRow {
  readonly encoded: string;
}

function fields(values: readonly (string | null)[]): EncodedRow {
  return { encoded: encode(values) };
}

function encode(values: readonly (string | null)[]): string {
  let row = '';
  for (let index = 0; index < values.length; index += 1) {
    const field = copyField(values[index] ?? null);
    row = index === 0 ? field : `${row}\t${field}`;
  }
  return row;
}

/** Rows that are their own key. */
function keyStager(read: (text: string) => EncodedRow | OddReason, write: (row: string) => void): RowStager {
  const seen = new DigestSet();
  return (_line, text) => {
    const row = read(text);
    if (typeof row === 'string') return row;
    if (!seen.add(digestOf(row.encoded))) return 'duplicate';
    write(row.encoded);
    return undefined;
  };
}

function activityStager(writer: RowWriter, labels: LabelSink): RowStager {
  const keys = new DigestSet();
  const organizations = new DigestSet();
  const persons = new DigestSet();
  return (_line, text) => {
    const row = readActivity(text, labels);
    if (typeof row === 'string') return row;
    const identity = encode(activityIdentity(row));
    const key = digestOf(identity);
    if (!keys.add(key)) return 'duplicate';
    const whole = `${identity}\t${copyField(row.authority)}`;
    writer.write('staged_activity', `${digestText(key)}\t${whole}\t${digestText(digestOf(whole))}`);
    if (persons.add(digestOf(row.person.idnps))) writer.write('staged_person', personRow('activities', row.person));
    const { organization } = row;
    if (organization !== null && organizations.add(digestOf(organization.organizationId))) {
      writer.write('staged_organization', organizationRow(organization));
    }
    return undefined;
  };
}

/** All but the authority: the same person in the same place with the same profession may have several ways of working. */
function activityIdentity(row: ActivityRow): readonly (string | null)[] {
  return [
    row.person.idnps,
    row.organization?.organizationId ?? null,
    row.professionCode,
    row.categoryCode,
    row.skillType,
    row.skillCode,
    row.modeCode,
    row.sectorCode,
    row.sectionCode,
    row.roleCode,
    row.genreCode,
  ];
}

function personRow(source: 'activities' | 'mailboxes', person: PersonFields): string {
  const row = encode([
    person.idnps,
    person.identifierType === null ? null : String(person.identifierType),
    person.civility,
    person.title,
    person.family,
    person.given,
    foldName(person.family),
    foldName(person.given),
  ]);
  return `${source}\t${row}\t${digestText(digestOf(row))}`;
}

function organizationRow(organization: OrganizationFields): string {
  const { name, lines } = organization;
  const start = encode([
    organization.organizationId,
    organization.finess,
    organization.finessLegal,
    organization.siret,
    organization.siren,
    name,
    organization.sign,
    foldName(name),
  ]);
  const end = encode([
    organization.postcode,
    organization.communeCode,
    organization.town,
    organization.department,
    organization.country,
    organization.phone,
    organization.phone2,
    organization.fax,
    organization.email,
    organization.sectorCode,
  ]);
  const row = `${start}\t${copyArray(lines)}\t${end}`;
  return `${row}\t${digestText(digestOf(row))}`;
}

function mailboxStager(writer: RowWriter, labels: LabelSink): RowStager {
  const addresses = new DigestSet();
  const persons = new DigestSet();
  return (line, text) => {
    const row = readMailbox(text, labels);
    if (typeof row === 'string') return row;
    if (!addresses.add(digestOf(row.address))) return 'duplicate';
    writer.write('staged_mailbox', mailboxRow(line, row));
    const { person } = row;
    if (person !== null && persons.add(digestOf(person.idnps))) {
      writer.write('staged_person', personRow('mailboxes', person));
    }
    return row.type === 'PER' && row.structureId === null ? 'no-structure' : undefined;
  };
}

function mailboxRow(line: number, row: MailboxRow): string {
  const start = encode([
    row.address,
    row.type,
    row.person?.idnps ?? null,
    row.structureType,
    row.structureId,
    row.service,
    row.professionCode,
    row.categoryCode,
    row.skillCode,
    row.isPaperless === null ? null : String(row.isPaperless),
  ]);
  const name = row.name ?? row.sign ?? '';
  const structure = `${encode([row.name, row.sign, foldName(name)])}\t${copyArray(row.lines)}\t${encode([
    row.postcode,
    row.town,
    row.department,
    row.country,
  ])}`;
  const digest = digestText(digestOf(`${start}\t${structure}`));
  return `${line}\t${start}\t${structure}\t${digest}\t${digestText(digestOf(structure))}`;
}
