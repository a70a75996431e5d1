/**
 * Is this JSON what FHIR R4 lets a resource be? The elements of each type that the directory uses, as R4 defines them: their types, how
 * many, what is required; names that R4 has not, empty arrays, empty objects and empty texts are faults (FHIR R4, JSON).
 */

/** `1..1 code`: least, most, type. */
type Element = `${'0' | '1'}..${'1' | '*'} ${string}`;
type Structure = Readonly<Record<string, Element>>;

const element: Structure = { id: '0..1 string', extension: '0..* Extension' };
const resource: Structure = { resourceType: '1..1 code', id: '0..1 id', meta: '0..1 Meta', language: '0..1 code' };
const domainResource: Structure = { ...resource, extension: '0..* Extension' };
const directoryResource: Structure = {
  ...domainResource,
  identifier: '0..* Identifier',
  active: '0..1 boolean',
  telecom: '0..* ContactPoint',
};

const structures: Readonly<Record<string, Structure>> = {
  Meta: {
    versionId: '0..1 id',
    lastUpdated: '0..1 instant',
    source: '0..1 uri',
    profile: '0..* uri',
    tag: '0..* Coding',
  },
  Coding: { ...element, system: '0..1 uri', version: '0..1 string', code: '0..1 code', display: '0..1 string' },
  CodeableConcept: { ...element, coding: '0..* Coding', text: '0..1 string' },
  Identifier: {
    ...element,
    use: '0..1 code',
    type: '0..1 CodeableConcept',
    system: '0..1 uri',
    value: '0..1 string',
  },
  HumanName: {
    ...element,
    use: '0..1 code',
    text: '0..1 string',
    family: '0..1 string',
    given: '0..* string',
    prefix: '0..* string',
    suffix: '0..* string',
  },
  ContactPoint: {
    ...element,
    system: '0..1 code',
    value: '0..1 string',
    use: '0..1 code',
    rank: '0..1 positiveInt',
  },
  Address: {
    ...element,
    use: '0..1 code',
    text: '0..1 string',
    line: '0..* string',
    city: '0..1 string',
    district: '0..1 string',
    postalCode: '0..1 string',
    country: '0..1 string',
  },
  Reference: {
    ...element,
    reference: '0..1 string',
    type: '0..1 uri',
    identifier: '0..1 Identifier',
    display: '0..1 string',
  },
  Extension: {
    ...element,
    url: '1..1 uri',
    valueBoolean: '0..1 boolean',
    valueCode: '0..1 code',
    valueString: '0..1 string',
    valueInteger: '0..1 integer',
    valueCoding: '0..1 Coding',
    valueCodeableConcept: '0..1 CodeableConcept',
  },
  Practitioner: {
    ...directoryResource,
    name: '0..* HumanName',
    address: '0..* Address',
    qualification: '0..* Qualification',
  },
  Qualification: { ...element, identifier: '0..* Identifier', code: '1..1 CodeableConcept' },
  PractitionerRole: {
    ...directoryResource,
    practitioner: '0..1 Reference',
    organization: '0..1 Reference',
    code: '0..* CodeableConcept',
    specialty: '0..* CodeableConcept',
  },
  Organization: {
    ...directoryResource,
    type: '0..* CodeableConcept',
    name: '0..1 string',
    alias: '0..* string',
    address: '0..* Address',
    partOf: '0..1 Reference',
  },
  OperationOutcome: { ...domainResource, issue: '1..* Issue' },
  Issue: {
    ...element,
    severity: '1..1 code',
    code: '1..1 code',
    details: '0..1 CodeableConcept',
    diagnostics: '0..1 string',
    expression: '0..* string',
  },
  Bundle: { ...resource, type: '1..1 code', total: '0..1 unsignedInt', link: '0..* Link', entry: '0..* Entry' },
  Link: { ...element, relation: '1..1 string', url: '1..1 uri' },
  Entry: { ...element, link: '0..* Link', fullUrl: '0..1 uri', resource: '0..1 Resource', search: '0..1 Search' },
  Search: { ...element, mode: '0..1 code' },
  CapabilityStatement: {
    ...domainResource,
    url: '0..1 uri',
    version: '0..1 string',
    name: '0..1 string',
    title: '0..1 string',
    status: '1..1 code',
    date: '1..1 instant',
    publisher: '0..1 string',
    kind: '1..1 code',
    software: '0..1 Software',
    implementation: '0..1 Implementation',
    fhirVersion: '1..1 code',
    format: '1..* code',
    rest: '0..* Rest',
  },
  Software: { ...element, name: '1..1 string', version: '0..1 string' },
  Implementation: { ...element, description: '1..1 string', url: '0..1 uri' },
  Rest: { ...element, mode: '1..1 code', security: '0..1 Security', resource: '0..* RestResource' },
  Security: { ...element, cors: '0..1 boolean', service: '0..* CodeableConcept', description: '0..1 string' },
  RestResource: {
    ...element,
    type: '1..1 code',
    profile: '0..1 uri',
    supportedProfile: '0..* uri',
    interaction: '0..* Interaction',
    versioning: '0..1 code',
    readHistory: '0..1 boolean',
    updateCreate: '0..1 boolean',
    conditionalRead: '0..1 code',
    referencePolicy: '0..* code',
    searchInclude: '0..* string',
    searchRevInclude: '0..* string',
    searchParam: '0..* SearchParam',
  },
  Interaction: { ...element, code: '1..1 code' },
  SearchParam: {
    ...element,
    name: '1..1 string',
    definition: '0..1 uri',
    type: '1..1 code',
    documentation: '0..1 string',
  },
};

const primitives: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string' && value.trim() !== '',
  code: (value) => typeof value === 'string' && /^[^\s]+(?:\s[^\s]+)*$/.test(value),
  id: (value) => typeof value === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(value),
  uri: (value) => typeof value === 'string' && /^\S+$/.test(value),
  instant: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  positiveInt: (value) => Number.isInteger(value) && Number(value) > 0,
  unsignedInt: (value) => Number.isInteger(value) && Number(value) >= 0,
};

/** What is wrong with `json` as a resource: a path and a reason each; empty when nothing is. */
export function faultsOfResource(json: unknown): readonly string[] {
  return [...faultsOf(json, 'Resource', '')];
}

function* faultsOf(value: unknown, type: string, path: string): Iterable<string> {
  const primitive = primitives[type];
  if (primitive !== undefined) {
    if (!primitive(value)) yield `${path}: no ${type}`;
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield `${path}: no ${type}`;
    return;
  }
  const members = new Map<string, unknown>(Object.entries(value));
  const name = type === 'Resource' ? String(members.get('resourceType')) : type;
  const structure = structures[name];
  if (structure === undefined) yield `${path}: unknown resource ${name}`;
  else if (members.size === 0) yield `${path}: empty`;
  else yield* faultsOfMembers(members, structure, path === '' ? name : path);
  if (name === 'Extension' && members.has('extension') === [...members.keys()].some((key) => key.startsWith('value'))) {
    yield `${path}: an extension has a value or extensions`;
  }
}

function* faultsOfMembers(members: ReadonlyMap<string, unknown>, structure: Structure, path: string): Iterable<string> {
  for (const name of members.keys()) if (structure[name] === undefined) yield `${path}.${name}: unknown`;
  for (const [name, definition] of Object.entries(structure)) {
    const value = members.get(name);
    const [count, type = ''] = definition.split(' ');
    if (value === undefined) {
      if (definition.startsWith('1')) yield `${path}.${name}: required`;
    } else if (count?.endsWith('*')) {
      if (!Array.isArray(value) || value.length === 0) yield `${path}.${name}: no list, or empty`;
      else for (const [at, item] of value.entries()) yield* faultsOf(item, type, `${path}.${name}[${at}]`);
    } else yield* faultsOf(value, type, `${path}.${name}`);
  }
}
