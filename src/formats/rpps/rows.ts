/** Rows of the four extractions, as values. A row that cannot be one is a {@link RowFault}; `no-structure` is told beside a good row. */
import { directoryImportLimits } from '../../base/domain-limits.ts';
import type { Address } from '../address/address.ts';
import type { LineFault } from './lines.ts';

export type RowFault =
  | LineFault
  | 'column-count'
  | 'field-too-long'
  | 'bad-identifier'
  | 'no-name'
  | 'bad-address'
  | 'unknown-type'
  | 'no-person'
  | 'no-structure'
  | 'no-code';

export interface PersonFields {
  readonly idnps: string;
  readonly identifierType: number | null;
  /** `M`, `MME`. */
  readonly civility: string | null;
  /** `DR`, `PR`: what somebody is called at work. */
  readonly title: string | null;
  readonly family: string;
  readonly given: string;
}

export interface OrganizationFields {
  /** The technical identifier of the source; without one `finess-…` or `siret-…`. */
  readonly organizationId: string;
  readonly finess: string | null;
  readonly finessLegal: string | null;
  readonly siret: string | null;
  readonly siren: string | null;
  readonly name: string;
  readonly sign: string | null;
  readonly lines: readonly string[];
  readonly postcode: string | null;
  readonly communeCode: string | null;
  readonly town: string | null;
  readonly department: string | null;
  readonly country: string | null;
  readonly phone: string | null;
  readonly phone2: string | null;
  readonly fax: string | null;
  readonly email: string | null;
  readonly sectorCode: string | null;
}

export interface ActivityRow {
  readonly person: PersonFields;
  readonly organization: OrganizationFields | null;
  readonly professionCode: string | null;
  readonly categoryCode: string | null;
  readonly skillType: string | null;
  readonly skillCode: string | null;
  readonly modeCode: string | null;
  readonly sectorCode: string | null;
  readonly sectionCode: string | null;
  readonly roleCode: string | null;
  readonly genreCode: string | null;
  readonly authority: string | null;
}

export interface MailboxRow {
  readonly address: Address;
  readonly type: 'PER' | 'ORG' | 'APP' | 'CAB';
  readonly person: PersonFields | null;
  readonly structureType: string | null;
  readonly structureId: string | null;
  readonly service: string | null;
  readonly professionCode: string | null;
  readonly categoryCode: string | null;
  readonly skillCode: string | null;
  readonly isPaperless: boolean | null;
  readonly name: string | null;
  readonly sign: string | null;
  readonly lines: readonly string[];
  readonly postcode: string | null;
  readonly town: string | null;
  readonly department: string | null;
  readonly country: string | null;
}

export interface SkillRow {
  readonly idnps: string;
  readonly professionCode: string;
  readonly skillType: string;
  readonly skillCode: string;
}

export interface DiplomaRow {
  readonly idnps: string;
  readonly diplomaType: string;
  readonly diplomaCode: string;
  readonly authorizationType: string;
  readonly disciplineCode: string;
}

/** Which nomenclature a code belongs to. */
export type LabelList =
  | 'civility'
  | 'title'
  | 'profession'
  | 'category'
  | 'skill-type'
  | 'skill'
  | 'mode'
  | 'sector'
  | 'section'
  | 'role'
  | 'genre'
  | 'department'
  | 'country'
  | 'diploma-type'
  | 'diploma'
  | 'authorization-type'
  | 'discipline';

/** Told of every code that has a label, in every row. */
export type LabelSink = (list: LabelList, code: string, label: string) => void;

/** The fields of a line; one `|` at the end is allowed. */
export function splitRow(text: string, columns: number): readonly string[] | RowFault {
  const fields = text.split('|');
  const hasEnd = fields.length === columns + 1 && fields[columns] === '';
  if (fields.length !== columns && !hasEnd) return 'column-count';
  if (text.length > directoryImportLimits.fieldCharacters) {
    for (const field of fields) if (field.length > directoryImportLimits.fieldCharacters) return 'field-too-long';
  }
  return fields;
}

/** A code, told of with its label. */
export function coded(list: LabelList, fields: readonly string[], at: number, labels: LabelSink): string | null {
  const code = fields[at] ?? '';
  if (code === '') return null;
  const label = fields[at + 1] ?? '';
  if (label !== '') labels(list, code, label);
  return code;
}
