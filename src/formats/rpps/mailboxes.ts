/** Rows of `Extraction_Correspondance_MSSante`: 31 columns, numbered here from 0 in the order of the header. */
import { parseAddress } from '../address/address.ts';
import { filled, optional, readDepartment, readFiness, readIdnps, readSiret, readTown, street } from './fields.ts';
import { coded, type LabelSink, type MailboxRow, type PersonFields, type RowFault, splitRow } from './rows.ts';

const columns = 31;
const types: readonly string[] = ['PER', 'ORG', 'APP', 'CAB'] satisfies MailboxRow['type'][];

function isType(text: string): text is MailboxRow['type'] {
  return types.includes(text);
}

export function readMailbox(text: string, labels: LabelSink): MailboxRow | RowFault {
  const fields = splitRow(text, columns);
  if (typeof fields === 'string') return fields;
  const type = fields[0] ?? '';
  if (!isType(type)) return 'unknown-type';
  // Domains know no case, and no operator of the trust space tells local parts apart by theirs.
  const address = parseAddress((fields[1] ?? '').trim().toLowerCase());
  if (address === undefined) return 'bad-address';
  const person = readPerson(fields);
  if (typeof person === 'string') return person;
  if (person === null && type === 'PER') return 'no-person';
  const { postcode, town } = readTown(fields[28], undefined, fields[27]);
  return {
    address,
    type,
    person,
    ...readStructure(fields),
    service: optional(fields[7]),
    professionCode: coded('profession', fields, 13, labels),
    categoryCode: coded('category', fields, 11, labels),
    skillCode: coded('skill', fields, 15, labels),
    isPaperless: readFlag(fields[17] ?? ''),
    name: optional(fields[18]),
    sign: optional(fields[19]),
    lines: filled([fields[20], fields[21], street(fields[22], fields[23], fields[24], fields[25]), fields[26]]),
    postcode,
    town,
    department: readDepartment(fields[29], postcode),
    country: optional(fields[30]),
  };
}

function readPerson(fields: readonly string[]): PersonFields | null | RowFault {
  const idnps = readIdnps(fields[2] ?? '', fields[3] ?? '', fields[4] ?? '');
  if (idnps === undefined) return 'bad-identifier';
  if (idnps === null) return null;
  const family = optional(fields[9]);
  if (family === null) return 'no-name';
  return {
    idnps,
    identifierType: idnps.charCodeAt(0) - 0x30,
    civility: null,
    title: optional(fields[8]),
    family,
    given: optional(fields[10]) ?? '',
  };
}

/** FINESS and SIRET in one spelling, so that they meet those of the activities. */
function readStructure(fields: readonly string[]): Pick<MailboxRow, 'structureType' | 'structureId'> {
  const type = optional(fields[5]);
  const id = optional(fields[6]);
  if (id === null) return { structureType: null, structureId: null };
  const name = type?.toUpperCase() ?? '';
  const finess = name.includes('FINESS') ? readFiness(id) : null;
  if (finess !== null) return { structureType: 'FINESS', structureId: finess };
  const siret = name.includes('SIRET') ? readSiret(id) : null;
  if (siret !== null) return { structureType: 'SIRET', structureId: siret };
  return { structureType: type, structureId: id };
}

function readFlag(field: string): boolean | null {
  const first = field.trim().charAt(0).toUpperCase();
  if (first === 'O' || first === '1' || first === 'T') return true;
  return first === 'N' || first === '0' || first === 'F' ? false : null;
}
