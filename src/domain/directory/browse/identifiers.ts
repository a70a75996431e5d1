/** Who has one of these identifiers, as SQL: the same rules by which identifiers are printed on the resources. */
import { type RawBuilder, sql } from 'kysely';
import type { Token } from '../../../formats/fhir/search-values.ts';
import { identifierSystems } from '../../../formats/fhir/systems.ts';

type Condition = RawBuilder<boolean>;

function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`;
}

/** Over `column`, which holds national identifiers. */
export function practitionerHas(column: RawBuilder<unknown>, tokens: readonly Token[]): Condition {
  const exact: string[] = [];
  const wider: Condition[] = [];
  for (const { system, code } of tokens) {
    const isNational = system === undefined || system === identifierSystems.idnps;
    const isRpps = system === undefined || system === identifierSystems.rpps;
    if (code === undefined) {
      if (isNational) wider.push(sql`true`);
      else if (isRpps) wider.push(sql`${column} ~ '^8[0-9]{11}$'`);
      continue;
    }
    if (isNational) exact.push(code);
    if (isRpps && /^\d{11}$/.test(code)) exact.push(`8${code}`);
  }
  return anyOf([...(exact.length === 0 ? [] : [sql<boolean>`${column} = any(${exact})`]), ...wider]);
}

interface OrganizationColumns {
  readonly finess: string[];
  readonly siret: string[];
  readonly siren: string[];
  /** Where the national identifier is made from it. */
  readonly nationalSiret: string[];
  readonly nationalSiren: string[];
  readonly id: string[];
}

/** Over `row`, a row of `directory.organization`. */
export function organizationHas(row: RawBuilder<unknown>, tokens: readonly Token[]): Condition {
  const wanted: OrganizationColumns = {
    finess: [],
    siret: [],
    siren: [],
    nationalSiret: [],
    nationalSiren: [],
    id: [],
  };
  const wider: Condition[] = [];
  for (const { system, code } of tokens) {
    if (code === undefined) {
      const condition = anyIdentifierOf(row, system);
      if (condition !== undefined) wider.push(condition);
    } else addWanted(wanted, system, code);
  }
  const { finess, siret, siren, nationalSiret, nationalSiren, id } = wanted;
  return anyOf([
    ...(finess.length === 0
      ? []
      : [
          sql<boolean>`${row}.finess = any(${finess})`,
          sql<boolean>`(${row}.finess is null and ${row}.siret is null and ${row}.finess_legal = any(${finess}))`,
        ]),
    ...(siret.length === 0 ? [] : [sql<boolean>`${row}.siret = any(${siret})`]),
    ...(siren.length === 0
      ? []
      : [sql<boolean>`(${row}.finess is null and ${row}.siret is null and ${row}.siren = any(${siren}))`]),
    ...(nationalSiret.length === 0
      ? []
      : [sql<boolean>`(${row}.finess is null and ${row}.siret = any(${nationalSiret}))`]),
    ...(nationalSiren.length === 0
      ? []
      : [
          sql<boolean>`(${row}.finess is null and ${row}.siret is null and ${row}.finess_legal is null
            and ${row}.siren = any(${nationalSiren}))`,
        ]),
    ...(id.length === 0 ? [] : [sql<boolean>`(${row}.organization_id = any(${id}) and ${isNotMadeUp(row)})`]),
    ...wider,
  ]);
}

function addWanted(wanted: OrganizationColumns, system: string | undefined, code: string): void {
  const any = system === undefined;
  if (any || system === identifierSystems.finess) wanted.finess.push(code);
  if (any || system === identifierSystems.sirene) {
    wanted.siret.push(code);
    wanted.siren.push(code);
  }
  if (any || system === identifierSystems.rank) wanted.id.push(code);
  if (any || system === identifierSystems.structure) {
    const [, kind, number = ''] = /^([123])(.+)$/.exec(code) ?? [];
    if (kind === '1') wanted.finess.push(number);
    else if (kind === '2') wanted.nationalSiren.push(number);
    else if (kind === '3') wanted.nationalSiret.push(number);
  }
}

function isNotMadeUp(row: RawBuilder<unknown>): Condition {
  return sql`${row}.organization_id !~ '^(finess|siret|siren)-'`;
}

/** `system|`: has an identifier of it at all. */
function anyIdentifierOf(row: RawBuilder<unknown>, system: string | undefined): Condition | undefined {
  const ownFiness = sql<boolean>`(${row}.finess is not null or (${row}.siret is null and ${row}.finess_legal is not null))`;
  switch (system) {
    case identifierSystems.finess:
      return ownFiness;
    case identifierSystems.sirene:
      return sql`(${row}.siret is not null or (${row}.finess is null and ${row}.siren is not null))`;
    case identifierSystems.structure:
      return sql`(${ownFiness} or ${row}.siret is not null or ${row}.siren is not null)`;
    case identifierSystems.rank:
      return isNotMadeUp(row);
    default:
      return undefined;
  }
}
