/** Rows of `PS_LibreAcces_Personne_activite`: 56 columns, numbered here from 0 in the order of the header. */
import {
  filled,
  optional,
  readDepartment,
  readFiness,
  readIdnps,
  readSiren,
  readSiret,
  readTown,
  street,
} from './fields.ts';
import { type ActivityRow, coded, type LabelSink, type OrganizationFields, type RowFault, splitRow } from './rows.ts';

const columns = 56;

export function readActivity(text: string, labels: LabelSink): ActivityRow | RowFault {
  const fields = splitRow(text, columns);
  if (typeof fields === 'string') return fields;
  const idnps = readIdnps(fields[0] ?? '', fields[1] ?? '', fields[2] ?? '');
  if (idnps === null || idnps === undefined) return 'bad-identifier';
  const family = optional(fields[7]);
  if (family === null) return 'no-name';
  const sectorCode = coded('sector', fields, 48, labels);
  return {
    person: {
      idnps,
      identifierType: idnps.charCodeAt(0) - 0x30,
      title: coded('title', fields, 3, labels),
      civility: coded('civility', fields, 5, labels),
      family,
      given: optional(fields[8]) ?? '',
    },
    organization: readOrganization(fields, sectorCode, labels),
    professionCode: coded('profession', fields, 9, labels),
    categoryCode: coded('category', fields, 11, labels),
    skillType: coded('skill-type', fields, 13, labels),
    skillCode: coded('skill', fields, 15, labels),
    modeCode: coded('mode', fields, 17, labels),
    sectorCode,
    sectionCode: coded('section', fields, 50, labels),
    roleCode: coded('role', fields, 52, labels),
    genreCode: coded('genre', fields, 54, labels),
    authority: optional(fields[47]),
  };
}

function readOrganization(
  fields: readonly string[],
  sectorCode: string | null,
  labels: LabelSink,
): OrganizationFields | null {
  const siret = readSiret(fields[19]);
  const finess = readFiness(fields[21]);
  const organizationId =
    optional(fields[23]) ?? (finess === null ? null : `finess-${finess}`) ?? (siret === null ? null : `siret-${siret}`);
  if (organizationId === null) return null;
  const { postcode, town } = readTown(fields[35], fields[37], fields[34]);
  const department = readDepartment(fields[44], postcode);
  const departmentLabel = fields[45] ?? '';
  if (department !== null && departmentLabel !== '') labels('department', department, departmentLabel);
  return {
    organizationId,
    finess,
    finessLegal: readFiness(fields[22]),
    siret,
    siren: readSiren(fields[20]),
    name: optional(fields[24]) ?? optional(fields[25]) ?? '',
    sign: optional(fields[25]),
    lines: filled([fields[26], fields[27], street(fields[28], fields[29], fields[31], fields[32]), fields[33]]),
    postcode,
    communeCode: optional(fields[36]),
    town,
    department,
    country: coded('country', fields, 38, labels),
    phone: optional(fields[40]),
    phone2: optional(fields[41]),
    fax: optional(fields[42]),
    email: optional(fields[43]),
    sectorCode,
  };
}
