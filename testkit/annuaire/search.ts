/** Searches of the stand-in Annuaire: its parameters, what they bring along, and pages. */
import { isObject, isRedListed, type JsonObject, mailboxTypeOf } from './patch-evaluation.ts';

export const searchedTypes = ['Practitioner', 'PractitionerRole', 'Organization'] as const;

/** 400, and why. */
export class SearchRefused extends Error {}

export interface Registry {
  /** By `Practitioner/1`. */
  readonly resources: ReadonlyMap<string, JsonObject>;
  readonly base: string;
  readonly pageSize: number;
  /** The public interface does not show what is on the red list. */
  readonly hidesRedListed: boolean;
}

type Test = (resource: JsonObject, value: string, registry: Registry) => boolean;

const tests: Readonly<Record<string, Test>> = {
  _id: (resource, value) => resource['id'] === value,
  identifier: hasIdentifier,
  active: (resource, value) => String(resource['active'] ?? true) === value,
  name: (resource, value) => namesOf(resource).some((name) => name.startsWith(fold(value))),
  family: (resource, value) => namesOf(resource).some((name) => name.startsWith(fold(value))),
  given: (resource, value) => namesOf(resource).some((name) => name.startsWith(fold(value))),
  'mailbox-mss': (resource, value) => addressesOf(resource).some((address) => address.startsWith(value.toLowerCase())),
  'mailbox-mss:exact': (resource, value) => addressesOf(resource).includes(value),
  'mailbox-mss:contains': (resource, value) => addressesOf(resource).some((one) => one.includes(value.toLowerCase())),
  'mailbox-mss-type': (resource, value) =>
    telecomsOf(resource).some((telecom) => mailboxTypeOf(telecom) === value.split('|').at(-1)),
  practitioner: (resource, value) => refersTo(resource, 'practitioner', value),
  organization: (resource, value) => refersTo(resource, 'organization', value),
  'practitioner.identifier': (resource, value, registry) => chained(resource, 'practitioner', value, registry),
  'organization.identifier': (resource, value, registry) => chained(resource, 'organization', value, registry),
  _lastUpdated: isUpdated,
};
const controls = ['_count', '_page_token', '_include', '_revinclude', '_elements', '_type', '_format'];

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function telecomsOf(resource: JsonObject): readonly JsonObject[] {
  return objects(resource['telecom']);
}

function addressesOf(resource: JsonObject): readonly string[] {
  return telecomsOf(resource)
    .filter((telecom) => telecom['system'] === 'email')
    .map((telecom) => String(telecom['value']).toLowerCase());
}

function namesOf(resource: JsonObject): readonly string[] {
  if (typeof resource['name'] === 'string') return [fold(resource['name'])];
  return objects(resource['name']).flatMap(({ family, given }) =>
    [family, given].flat().map((one) => fold(String(one))),
  );
}

/** FINESS and SIRENE go by two names each: the Annuaire's own descriptions disagree. */
function systemNames(system: string): readonly string[] {
  if (system.includes('finess')) return ['http://finess.sante.gouv.fr', 'https://finess.esante.gouv.fr'];
  return system.includes('sirene') ? ['http://sirene.fr', 'https://sirene.fr'] : [system];
}

function hasIdentifier(resource: JsonObject, text: string): boolean {
  const [system, value] = text.includes('|') ? text.split('|') : [undefined, text];
  return objects(resource['identifier']).some(
    (one) => one['value'] === value && (system === undefined || systemNames(system).includes(String(one['system']))),
  );
}

function referenceOf(resource: JsonObject, member: string): string {
  const reference = resource[member];
  return isObject(reference) ? String(reference['reference']) : '';
}

function refersTo(resource: JsonObject, member: string, value: string): boolean {
  const reference = referenceOf(resource, member);
  return reference === value || reference.endsWith(`/${value}`);
}

function chained(resource: JsonObject, member: string, value: string, { resources }: Registry): boolean {
  const target = resources.get(referenceOf(resource, member));
  return target !== undefined && hasIdentifier(target, value);
}

function isUpdated(resource: JsonObject, value: string): boolean {
  const [, prefix, date] = /^(ge|gt|le|lt)?(.+)$/.exec(value) ?? [];
  const meta = resource['meta'];
  const at = Date.parse(isObject(meta) ? String(meta['lastUpdated']) : '');
  const bound = Date.parse(date ?? '');
  if (Number.isNaN(bound)) throw new SearchRefused('_lastUpdated');
  if (prefix === 'ge') return at >= bound;
  if (prefix === 'gt') return at > bound;
  if (prefix === 'le') return at <= bound;
  return prefix === 'lt' ? at < bound : at === bound;
}

/** The resources of `types` that match every parameter. */
export function matches(registry: Registry, types: readonly string[], query: URLSearchParams): readonly JsonObject[] {
  let found = [...registry.resources.values()].filter((one) => types.includes(String(one['resourceType'])));
  for (const [name, value] of query) {
    if (controls.includes(name)) continue;
    const test = tests[name];
    if (test === undefined) throw new SearchRefused(`unknown parameter ${name}`);
    found = found.filter((resource) => value.split(',').some((one) => test(resource, one, registry)));
  }
  return found;
}

/** One page as a Bundle. */
export function searchset(
  registry: Registry,
  path: string,
  types: readonly string[],
  query: URLSearchParams,
): JsonObject {
  const all = matches(registry, types, query);
  const count = Number(query.get('_count') ?? registry.pageSize);
  if (!Number.isInteger(count) || count < 1) throw new SearchRefused('_count');
  const start = Number(query.get('_page_token') ?? 0);
  const page = all.slice(start, start + Math.min(count, 500));
  const address = (token: number): string => {
    const url = new URL(registry.base + path);
    for (const [name, value] of query) if (name !== '_page_token') url.searchParams.append(name, value);
    if (token > 0) url.searchParams.set('_page_token', String(token));
    return url.href;
  };
  const shown = (resource: JsonObject): JsonObject => restricted(registry, resource, query.get('_elements'));
  const entry = (mode: string) => (resource: JsonObject) => ({
    fullUrl: `${registry.base}/${resource['resourceType']}/${resource['id']}`,
    resource: shown(resource),
    search: { mode },
  });
  const end = start + page.length;
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: all.length,
    link: [
      { relation: 'self', url: address(start) },
      ...(end < all.length ? [{ relation: 'next', url: address(end) }] : []),
    ],
    ...(page.length === 0
      ? {}
      : { entry: [...page.map(entry('match')), ...brought(registry, page, query).map(entry('include'))] }),
  };
}

/** `_include=PractitionerRole:practitioner`, `_revinclude=PractitionerRole:organization` … */
function brought(registry: Registry, page: readonly JsonObject[], query: URLSearchParams): readonly JsonObject[] {
  const added = new Map<string, JsonObject>();
  const all = [...registry.resources];
  for (const value of query.getAll('_include')) {
    const [type, member] = value.split(':');
    for (const resource of page) {
      if (resource['resourceType'] !== type) continue;
      const target = referenceOf(resource, member ?? '');
      const found = registry.resources.get(target);
      if (found !== undefined) added.set(target, found);
    }
  }
  for (const value of query.getAll('_revinclude')) {
    const [type, member] = value.split(':');
    const names = page.map((resource) => `${resource['resourceType']}/${resource['id']}`);
    for (const [name, resource] of all) {
      if (resource['resourceType'] === type && names.includes(referenceOf(resource, member ?? ''))) {
        added.set(name, resource);
      }
    }
  }
  return [...added.values()];
}

function restricted({ hidesRedListed }: Registry, resource: JsonObject, elements: string | null): JsonObject {
  const whole = { ...resource };
  if (hidesRedListed && Array.isArray(whole['telecom'])) {
    whole['telecom'] = whole['telecom'].filter((one) => !isObject(one) || !isRedListed(one));
  }
  if (elements === null) return whole;
  const names = ['resourceType', 'id', 'meta', ...elements.split(',')];
  const meta = isObject(whole['meta']) ? whole['meta'] : {};
  const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
  return {
    ...Object.fromEntries(Object.entries(whole).filter(([name]) => names.includes(name))),
    meta: { ...meta, tag: [tag] },
  };
}
