/** A handful of invented rows of the directory, written as an import leaves them, for tests of what reads them. */
import { sql } from 'kysely';
import { foldName } from '../../src/formats/rpps/fields.ts';
import type { Db } from '../../src/platform/db/db.ts';

const firstDay = new Date('2026-10-01T06:00:00.123Z');
const secondDay = new Date('2026-11-01T06:00:00Z');

export interface PersonRow {
  readonly idnps: string;
  readonly family: string;
  readonly given: string;
  readonly at?: Date;
}

export async function addPerson(db: Db, { idnps, family, given, at = firstDay }: PersonRow): Promise<void> {
  await sql`insert into directory.practitioner (idnps, identifier_type, civility, title, family, given, family_key, given_key, digest, updated_at)
    values (${idnps}, 8, 'M', 'DR', ${family}, ${given}, ${foldName(family)}, ${foldName(given)}, 1, ${at})`.execute(
    db,
  );
}

export interface StructureRow {
  readonly id: string;
  readonly name: string;
  readonly finess?: string;
  readonly finessLegal?: string;
  readonly siret?: string;
  readonly siren?: string;
}

async function addStructure(db: Db, row: StructureRow): Promise<void> {
  const { id, name, finess = null, finessLegal = null, siret = null, siren = null } = row;
  await sql`insert into directory.organization (organization_id, finess, finess_legal, siret, siren, name, sign, name_key, lines,
      postcode, commune_code, town, phone, email, sector_code, digest, updated_at)
    values (${id}, ${finess}, ${finessLegal}, ${siret}, ${siren}, ${name}, null, ${foldName(name)}, array['12 RUE DIDOT'],
      '75014', '75114', 'PARIS', '0145000000', 'contact@structure.example', 'SA33', 1, ${firstDay})`.execute(db);
}

export interface SituationRow {
  readonly idnps: string;
  readonly structure?: string;
  readonly profession?: string;
  readonly role?: string;
}

/** Its number. */
export async function addSituation(
  db: Db,
  { idnps, structure, profession = '10', role }: SituationRow,
): Promise<number> {
  const { rows } = await sql<{
    number: number;
  }>`insert into directory.activity (key, idnps, organization_id, profession_code,
      category_code, skill_type, skill_code, mode_code, genre_code, role_code, digest, updated_at)
    values ((select coalesce(max(key), 0) + 1 from directory.activity), ${idnps}, ${structure ?? null}, ${profession}, 'C', 'S', 'SM04',
      'L', 'GENR01', ${role ?? null}, 1, ${firstDay}) returning number`.execute(db);
  return rows[0]?.number ?? 0;
}

export interface MailboxRow {
  readonly address: string;
  readonly type: 'PER' | 'ORG' | 'APP' | 'CAB';
  readonly idnps?: string;
  readonly structure?: string;
  readonly service?: string;
}

export async function addMailbox(db: Db, { address, type, idnps, structure, service }: MailboxRow): Promise<void> {
  await sql`insert into directory.mailbox (address, type, idnps, organization_id, service, lines, digest, updated_at)
    values (${address}, ${type}, ${idnps ?? null}, ${structure ?? null}, ${service ?? null}, '{}', 1, ${firstDay})`.execute(
    db,
  );
}

/** On the red list as the live source told it. */
async function hideAddress(db: Db, address: string): Promise<void> {
  await sql`insert into directory.red_list (digest, seen_at) values (sha256(convert_to(${address}, 'UTF8')), ${firstDay})`.execute(
    db,
  );
}

/** What a small practice is made of: two doctors, their place, a hospital, boxes of every type. */
export async function addSmallWorld(db: Db): Promise<{ readonly atPractice: number; readonly atHospital: number }> {
  await sql`insert into directory.label (list, code, label) values ('profession', '10', 'Médecin'), ('category', 'C', 'Civil'),
    ('skill-type', 'S', 'Spécialité ordinale'), ('skill', 'SM04', 'Cardiologie et maladies vasculaires'), ('mode', 'L', 'Libéral'),
    ('genre', 'GENR01', 'Activité standard de soin'), ('sector', 'SA33', 'Pharmacie d''officine')`.execute(db);
  await addPerson(db, { idnps: '810102727017', family: 'DUPONT-DURAND', given: 'Élodie' });
  await addPerson(db, { idnps: '810007654321', family: "D'ANGELO", given: 'Jean', at: secondDay });
  await addPerson(db, { idnps: '0751234567', family: 'DUPOND', given: 'Marc' });
  await addStructure(db, {
    id: 'F75000000111',
    name: 'Cabinet Médical de l’Été',
    siret: '12345678900011',
    siren: '123456789',
  });
  await addStructure(db, {
    id: 'finess-750000002',
    name: 'CH EURE-SEINE',
    finess: '750000002',
    finessLegal: '750000001',
    siren: '222222222',
  });
  await addStructure(db, { id: 'R99', name: 'SIEGE', finessLegal: '750000001' });
  const atPractice = await addSituation(db, { idnps: '810102727017', structure: 'F75000000111' });
  const atHospital = await addSituation(db, { idnps: '810102727017', structure: 'finess-750000002', role: 'FON-AU' });
  await addSituation(db, { idnps: '810007654321', structure: 'F75000000111' });
  await addMailbox(db, { address: 'elodie@medecin.mssante.example', type: 'PER', idnps: '810102727017' });
  await addMailbox(db, {
    address: 'elodie@chu.mssante.example',
    type: 'PER',
    idnps: '810102727017',
    structure: 'finess-750000002',
  });
  await addMailbox(db, {
    address: 'cabinet@medecin.mssante.example',
    type: 'CAB',
    idnps: '810007654321',
    structure: 'F75000000111',
  });
  await addMailbox(db, {
    address: 'cardio@chu.mssante.example',
    type: 'ORG',
    structure: 'finess-750000002',
    service: 'Cardiologie',
  });
  await addMailbox(db, { address: 'secret@chu.mssante.example', type: 'APP', structure: 'finess-750000002' });
  await hideAddress(db, 'secret@chu.mssante.example');
  return { atPractice, atHospital };
}
