/** Rows of `PS_LibreAcces_SavoirFaire` and `PS_LibreAcces_Dipl_AutExerc`. */
import { directoryImportLimits } from '../../base/domain-limits.ts';
import { optional, readIdnps } from './fields.ts';
import {
  coded,
  type DiplomaRow,
  type LabelList,
  type LabelSink,
  type RowFault,
  type SkillRow,
  splitRow,
} from './rows.ts';

const skillColumns = 13;

export function readSkill(text: string, labels: LabelSink): SkillRow | RowFault {
  const fields = splitRow(text, skillColumns);
  if (typeof fields === 'string') return fields;
  const idnps = readIdnps(fields[0] ?? '', fields[1] ?? '', fields[2] ?? '');
  if (idnps === null || idnps === undefined) return 'bad-identifier';
  const skillCode = coded('skill', fields, 11, labels);
  if (skillCode === null) return 'no-code';
  coded('category', fields, 7, labels);
  const professionCode = coded('profession', fields, 5, labels) ?? '';
  const skillType = coded('skill-type', fields, 9, labels) ?? '';
  if ([professionCode, skillType, skillCode].some(isTooLongForKey)) return 'field-too-long';
  return { idnps, professionCode, skillType, skillCode };
}

/** The codes of these rows are the keys of their tables: a longer one would stop the whole import. */
function isTooLongForKey(code: string): boolean {
  return code.length > directoryImportLimits.keyCodeCharacters;
}

/** Reads rows under a header whose columns are known only by their names (see `headers.ts`). */
export function diplomaReader(columns: readonly string[]): (text: string, labels: LabelSink) => DiplomaRow | RowFault {
  const find = (start: string): number => columns.findIndex((name) => name.toLowerCase().startsWith(start));
  const at = {
    type: find('code type dipl'),
    diploma: find('code dipl'),
    authorization: find('code type autori'),
    discipline: find('code discipline'),
  };
  return (text, labels) => {
    const fields = splitRow(text, columns.length);
    if (typeof fields === 'string') return fields;
    const idnps = readIdnps(fields[0] ?? '', fields[1] ?? '', fields[2] ?? '');
    if (idnps === null || idnps === undefined) return 'bad-identifier';
    const read = (list: LabelList, index: number): string =>
      index < 0 ? '' : (optional(coded(list, fields, index, labels) ?? '') ?? '');
    const codes = {
      diplomaType: read('diploma-type', at.type),
      diplomaCode: read('diploma', at.diploma),
      authorizationType: read('authorization-type', at.authorization),
      disciplineCode: read('discipline', at.discipline),
    };
    if (Object.values(codes).some(isTooLongForKey)) return 'field-too-long';
    return codes.diplomaCode === '' && codes.authorizationType === '' ? 'no-code' : { idnps, ...codes };
  };
}
