/**
 * A search as it was asked, read from its parameters: FHIR R4, search. What is not understood is refused by name, unless the caller
 * asked for leniency: a filter that is silently dropped answers with people whom nobody asked for.
 */
import { fhirSearchLimits } from '../../base/end-limits.ts';
import { foldName } from '../rpps/fields.ts';
import { fhirRefusal } from './refusals.ts';
import type { ResourceType } from './resources.ts';
import { type DateRange, readDateRange } from './search-dates.ts';
import {
  includeValues,
  type RoleLink,
  reverseIncludeValues,
  roleLinks,
  type SearchParameter,
  searchParameters,
} from './search-parameters.ts';
import { fhirSearchTexts } from './search-texts.ts';
import { alternatives, readReference, readString, readToken, type Token } from './search-values.ts';

/** One parameter: any of its values; several parameters must all hold. */
export type Criterion =
  | { readonly kind: 'token'; readonly name: string; readonly anyOf: readonly Token[] }
  | { readonly kind: 'string'; readonly name: string; readonly isExact: boolean; readonly anyOf: readonly string[] }
  | { readonly kind: 'date'; readonly name: string; readonly anyOf: readonly DateRange[] }
  /** Logical ids. */
  | { readonly kind: 'reference'; readonly name: string; readonly anyOf: readonly string[] };

export interface SearchRequest {
  readonly type: ResourceType;
  readonly criteria: readonly Criterion[];
  readonly sort: 'key' | 'updated' | 'updated-descending';
  readonly count: number;
  readonly isCountOnly: boolean;
  readonly wantsTotal: boolean;
  readonly cursor?: string;
  /** Of roles that match, or that were brought along. */
  readonly include: readonly RoleLink[];
  /** Roles of the persons or structures that match. */
  readonly includesRoles: boolean;
  readonly elements?: readonly string[];
  /** Parameters that were not understood, and left out as the caller had allowed. */
  readonly ignored: readonly string[];
  /** What was understood, the place in the pages apart: for the links. */
  readonly kept: readonly (readonly [string, string])[];
}

type Controls = {
  -readonly [Key in keyof Omit<SearchRequest, 'type' | 'criteria' | 'ignored' | 'kept'>]: SearchRequest[Key];
};

/** The parameter by which links name a place in the pages. */
export const cursorParameter = '_cursor';

export function readSearch(
  type: ResourceType,
  pairs: readonly (readonly [string, string])[],
  isLenient: boolean,
): SearchRequest {
  if (pairs.length > fhirSearchLimits.parameters) {
    throw fhirRefusal('fhir-too-many', fhirSearchTexts.tooMany(fhirSearchLimits.parameters));
  }
  const controls = defaultControls();
  const criteria: Criterion[] = [];
  const kept: (readonly [string, string])[] = [];
  const unknown: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of pairs) {
    if (isControl(name)) {
      if (!name.startsWith('_include') && !name.startsWith('_revinclude') && seen.has(name)) {
        throw fhirRefusal('fhir-repeated', fhirSearchTexts.repeated(name));
      }
      seen.add(name);
      readControl(type, controls, name, value);
      if (name !== cursorParameter) kept.push([name, value]);
      continue;
    }
    const criterion = readCriterion(type, name, value);
    if (criterion === undefined) unknown.push(printable(name));
    else {
      criteria.push(criterion);
      kept.push([name, value]);
    }
  }
  if (unknown.length > 0 && !isLenient) {
    throw fhirRefusal('fhir-parameter-unknown', fhirSearchTexts.unknownParameters(unknown.join(', ')));
  }
  return { type, criteria, ...controls, ignored: unknown, kept };
}

/** The parameters of a read: how it is to be answered, and nothing else. */
export function readReading(
  pairs: readonly (readonly [string, string])[],
  isLenient: boolean,
): { readonly elements?: readonly string[] } {
  const unknown: string[] = [];
  let elements: readonly string[] | undefined;
  for (const [name, value] of pairs) {
    if (name === '_format') readFormat(value);
    else if (name === '_elements') elements = readElements(value);
    else unknown.push(printable(name));
  }
  if (unknown.length > 0 && !isLenient) {
    throw fhirRefusal('fhir-parameter-unknown', fhirSearchTexts.unknownParameters(unknown.join(', ')));
  }
  return elements === undefined ? {} : { elements };
}

/** A name from outside, as it may stand in an answer. */
function printable(name: string): string {
  return name.replace(/[^\w.:-]/g, '?').slice(0, fhirSearchLimits.nameCharacters);
}

/** Undefined for a parameter that this resource has not. */
function readCriterion(type: ResourceType, fullName: string, value: string): Criterion | undefined {
  const { base, modifier } = splitName(fullName);
  const table: readonly SearchParameter[] = searchParameters[type];
  const parameter = table.find(({ name }) => name === base);
  if (parameter === undefined) return undefined;
  const { name, kind, target } = parameter;
  const isExact = modifier === 'exact' && kind === 'string';
  const isNamedTarget = modifier !== undefined && kind === 'reference' && modifier === target;
  if (modifier !== undefined && !isExact && !isNamedTarget) {
    throw fhirRefusal('fhir-modifier', fhirSearchTexts.modifier(printable(fullName)));
  }
  const values = alternatives(name, value);
  switch (kind) {
    case 'token':
      return { kind, name, anyOf: values.map((one) => readToken(name, one)) };
    case 'string':
      return { kind, name, isExact, anyOf: values.map((one) => readText(name, one)) };
    case 'date':
      return { kind, name, anyOf: values.map((one) => readDateRange(name, one)) };
    case 'reference': {
      const ids = values.map((one) => readReference(name, one, target ?? ''));
      return { kind, name, anyOf: ids.filter((id) => id !== undefined) };
    }
  }
}

/** `family:exact`; `practitioner:Practitioner.identifier` says no more than `practitioner.identifier`. */
function splitName(fullName: string): { base: string; modifier: string | undefined } {
  const chained = /^(practitioner:Practitioner|organization:Organization)\.(.*)$/.exec(fullName);
  const name = chained === null ? fullName : `${chained[1]?.split(':')[0]}.${chained[2]}`;
  const [base = '', ...modifiers] = name.split(':');
  return { base, modifier: modifiers.length === 0 ? undefined : modifiers.join(':') };
}

function readText(name: string, text: string): string {
  const value = readString(name, text).trim();
  // Accents alone fold to nothing, which begins every name.
  if (foldName(value).length < fhirSearchLimits.leastTextCharacters) {
    throw fhirRefusal('fhir-value', fhirSearchTexts.valueTooShort(name, fhirSearchLimits.leastTextCharacters));
  }
  return value;
}

const controlNames = ['_count', '_sort', '_total', '_summary', '_elements', '_format', '_include', '_revinclude'];

function isControl(name: string): boolean {
  return name === cursorParameter || controlNames.includes(name.split(':')[0] ?? '');
}

function defaultControls(): Controls {
  return {
    sort: 'key',
    count: fhirSearchLimits.defaultCount,
    isCountOnly: false,
    wantsTotal: true,
    include: [],
    includesRoles: false,
  };
}

function readControl(type: ResourceType, controls: Controls, name: string, value: string): void {
  switch (name) {
    case '_count':
      readCount(controls, value);
      return;
    case '_sort':
      if (value === '_lastUpdated') controls.sort = 'updated';
      else if (value === '-_lastUpdated') controls.sort = 'updated-descending';
      else throw malformed(name);
      return;
    case '_total':
      if (!['none', 'estimate', 'accurate'].includes(value)) throw malformed(name);
      controls.wantsTotal = value !== 'none';
      return;
    case '_summary':
      if (value === 'count') controls.isCountOnly = true;
      else if (value !== 'false') throw malformed(name);
      return;
    case '_elements':
      controls.elements = readElements(value);
      return;
    case '_format':
      readFormat(value);
      return;
    case cursorParameter:
      if (value.length > fhirSearchLimits.cursorCharacters) throw fhirRefusal('fhir-cursor', fhirSearchTexts.cursor);
      controls.cursor = value;
      return;
    default:
      readInclude(type, controls, name, value);
  }
}

function malformed(name: string) {
  return fhirRefusal('fhir-value', fhirSearchTexts.value(name));
}

/** FHIR R4, search (page count): a server may give fewer than asked for; 0 asks for the count alone. */
function readCount(controls: Controls, value: string): void {
  if (!/^\d{1,9}$/.test(value)) throw malformed('_count');
  const count = Number(value);
  if (count === 0) controls.isCountOnly = true;
  else controls.count = Math.min(count, fhirSearchLimits.page);
}

function readElements(value: string): readonly string[] {
  const names = value.split(',');
  if (names.length > fhirSearchLimits.elements)
    throw fhirRefusal('fhir-too-many', fhirSearchTexts.tooMany(fhirSearchLimits.elements));
  if (!names.every((name) => /^[A-Za-z]{1,64}$/.test(name))) throw malformed('_elements');
  return names;
}

/** The last: `application/fhir+json` whose `+` nobody escaped, as curl and hand-made addresses send it. */
const formats = ['json', 'application/json', 'application/fhir+json', 'text/json', 'application/fhir json'];

function readFormat(value: string): void {
  if (!formats.includes(value)) throw fhirRefusal('fhir-format', fhirSearchTexts.format);
}

function readInclude(type: ResourceType, controls: Controls, name: string, value: string): void {
  const offered = {
    _include: includeValues[type],
    '_include:iterate': includeValues.PractitionerRole,
    _revinclude: reverseIncludeValues[type],
  };
  const values = Object.entries(offered).find(([known]) => known === name)?.[1];
  if (values === undefined) throw fhirRefusal('fhir-modifier', fhirSearchTexts.modifier(printable(name)));
  if (!values.includes(value)) throw fhirRefusal('fhir-include', fhirSearchTexts.include(printable(value)));
  if (name === '_revinclude') controls.includesRoles = true;
  else {
    const links = roleLinks.filter((link) => value === '*' || value === `PractitionerRole:${link}`);
    controls.include = roleLinks.filter((link) => links.includes(link) || controls.include.includes(link));
  }
}
