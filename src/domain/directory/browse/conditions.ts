/** What a search asks for, as SQL over `r`, the row of the resource. Every value is a parameter of the statement. */
import { type RawBuilder, sql } from 'kysely';
import { assert } from '../../../base/assert.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import type { DateRange } from '../../../formats/fhir/search-dates.ts';
import type { ParameterName } from '../../../formats/fhir/search-parameters.ts';
import type { Criterion, SearchRequest } from '../../../formats/fhir/search-request.ts';
import type { Token } from '../../../formats/fhir/search-values.ts';
import { nomenclatures } from '../../../formats/fhir/systems.ts';
import { foldName } from '../../../formats/rpps/fields.ts';
import { organizationHas, practitionerHas } from './identifiers.ts';
import { keyOf } from './keys.ts';
import { isShown, standsOnOrganization, standsOnPractitioner, standsOnRole } from './mailbox-places.ts';

type Condition = RawBuilder<boolean>;
type Conditions<Type extends ResourceType> = Readonly<Record<ParameterName<Type>, (criterion: Criterion) => Condition>>;

const never: Condition = sql`false`;
const always: Condition = sql`true`;

export function conditionOf({ type, criteria }: SearchRequest): Condition {
  const conditions: Readonly<Record<string, (criterion: Criterion) => Condition>> = byType[type];
  return allOf(
    criteria.map((criterion) => {
      const condition = conditions[criterion.name];
      assert(condition !== undefined, 'a parameter of the table has no condition');
      return condition(criterion);
    }),
  );
}

function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? always : sql`${sql.join(conditions.map(inBrackets), sql` and `)}`;
}

function anyOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? never : sql`(${sql.join(conditions.map(inBrackets), sql` or `)})`;
}

function inBrackets(condition: Condition): Condition {
  return sql`(${condition})`;
}

const practitioner: Conditions<'Practitioner'> = {
  _id: (criterion) => sql`r.idnps = any(${keysOf('Practitioner', criterion)})`,
  _lastUpdated: isUpdated,
  active: isActive,
  identifier: (criterion) => practitionerHas(sql`r.idnps`, tokens(criterion)),
  name: (criterion) =>
    anyOf([textIs(criterion, sql`r.family_key`, sql`r.family`), textIs(criterion, sql`r.given_key`, sql`r.given`)]),
  family: (criterion) => textIs(criterion, sql`r.family_key`, sql`r.family`),
  given: (criterion) => textIs(criterion, sql`r.given_key`, sql`r.given`),
  'mailbox-mss': (criterion) =>
    sql`r.idnps in (select m.idnps from directory.mailbox m where ${addressIs(criterion)} and ${standsOnPractitioner} and ${isShown})`,
};

const role: Conditions<'PractitionerRole'> = {
  _id: (criterion) => sql`r.number = any(${keysOf('PractitionerRole', criterion)}::integer[])`,
  _lastUpdated: isUpdated,
  active: isActive,
  practitioner: (criterion) => sql`r.idnps = any(${keysOf('Practitioner', criterion)})`,
  'practitioner.identifier': (criterion) => practitionerHas(sql`r.idnps`, tokens(criterion)),
  organization: (criterion) => sql`r.organization_id = any(${keysOf('Organization', criterion)})`,
  'organization.identifier': (criterion) =>
    sql`r.organization_id in (select o.organization_id from directory.organization o where ${organizationHas(sql`o`, tokens(criterion))})`,
  role: (criterion) => anyOf(tokens(criterion).map(hasRole)),
  'mailbox-mss': (criterion) =>
    sql`(r.idnps, r.organization_id) in (select m.idnps, m.organization_id from directory.mailbox m
         where ${addressIs(criterion)} and ${standsOnRole} and m.organization_id is not null and ${isShown})`,
};

const organization: Conditions<'Organization'> = {
  _id: (criterion) => sql`r.organization_id = any(${keysOf('Organization', criterion)})`,
  _lastUpdated: isUpdated,
  active: isActive,
  identifier: (criterion) => organizationHas(sql`r`, tokens(criterion)),
  name: (criterion) => textIs(criterion, sql`r.name_key`, sql`r.name`),
  'mailbox-mss': (criterion) =>
    sql`r.organization_id in (select m.organization_id from directory.mailbox m
         where ${addressIs(criterion)} and ${standsOnOrganization} and ${isShown})`,
};

const byType = { Practitioner: practitioner, PractitionerRole: role, Organization: organization } as const;

function tokens(criterion: Criterion): readonly Token[] {
  assert(criterion.kind === 'token', 'a token parameter was read as another kind');
  return criterion.anyOf;
}

/** The keys of the ids that a token or a reference names; ids that none can have match nothing. */
function keysOf(type: ResourceType, criterion: Criterion): readonly string[] {
  assert(criterion.kind === 'token' || criterion.kind === 'reference', 'an id was read as another kind');
  const ids = criterion.kind === 'reference' ? criterion.anyOf : criterion.anyOf.map(plainCode);
  return ids.map((id) => (id === undefined ? undefined : keyOf(type, id))).filter((key) => key !== undefined);
}

/** The code of a token that belongs to no system, as ids and flags do. */
function plainCode({ system, code }: Token): string | undefined {
  return system === undefined || system === '' ? code : undefined;
}

/** What is not in force is not here: everything is active. */
function isActive(criterion: Criterion): Condition {
  return tokens(criterion).some((token) => token.code === 'true') ? always : never;
}

function isUpdated(criterion: Criterion): Condition {
  assert(criterion.kind === 'date', 'a date was read as another kind');
  return anyOf(criterion.anyOf.map(isWithin));
}

function isWithin({ from, before }: DateRange): Condition {
  return allOf([
    ...(from === undefined ? [] : [sql<boolean>`r.updated_at >= ${from}`]),
    ...(before === undefined ? [] : [sql<boolean>`r.updated_at < ${before}`]),
  ]);
}

/** The beginning of the folded text; with `:exact`, the text as it is written. */
function textIs(criterion: Criterion, key: RawBuilder<unknown>, text: RawBuilder<unknown>): Condition {
  assert(criterion.kind === 'string', 'a text was read as another kind');
  const { isExact } = criterion;
  return anyOf(
    criterion.anyOf.map((value) =>
      isExact ? sql`${key} = ${foldName(value)} and ${text} = ${value}` : sql`${key} like ${prefix(foldName(value))}`,
    ),
  );
}

function addressIs(criterion: Criterion): Condition {
  assert(criterion.kind === 'string', 'an address was read as another kind');
  const { isExact } = criterion;
  return anyOf(
    criterion.anyOf.map((value) => {
      const address = value.toLowerCase();
      return isExact ? sql`m.address = ${address}` : sql`m.address like ${prefix(address)}`;
    }),
  );
}

/** `%` and `_` in the text stand for themselves. */
function prefix(text: string): string {
  return `${text.replace(/[\\%_]/g, '\\$&')}%`;
}

const roleColumns = [
  { system: nomenclatures.genre, column: sql`r.genre_code` },
  { system: nomenclatures.mode, column: sql`r.mode_code` },
  { system: nomenclatures.role, column: sql`r.role_code` },
  { system: nomenclatures.section, column: sql`r.section_code` },
] as const;

function hasRole({ system, code }: Token): Condition {
  const columns = roleColumns.filter((one) => system === undefined || one.system === system);
  return anyOf(
    columns.map(
      ({ column }): Condition => (code === undefined ? sql`${column} is not null` : sql`${column} = ${code}`),
    ),
  );
}
