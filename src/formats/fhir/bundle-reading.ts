/**
 * One page of a search at the Annuaire: a Bundle of type `searchset`, read strictly. A document that is none is refused; a resource that has
 * another form than FHIR R4 says is left out and counted; elements that the directory has no use for are not looked at.
 */
import { Refusal } from '../../base/errors.ts';
import { fhirLimits } from '../../base/limits.ts';
import { type ReadMailboxTelecom, readMailboxTelecom } from './mailbox-telecom.ts';
import type { CodeableConcept, ContactPoint, Extension, ResourceType } from './resources.ts';
import { fhirReadingTexts } from './texts.ts';

/** What is kept of a resource. */
export interface FoundResource {
  readonly resourceType: ResourceType;
  readonly id: string | null;
  /** False for what comes with the answer and was not searched for. */
  readonly isMatch: boolean;
  readonly identifiers: readonly { readonly system: string; readonly value: string }[];
  readonly mailboxes: readonly ReadMailboxTelecom[];
  /** The logical ids that a PractitionerRole refers to. */
  readonly practitionerId: string | null;
  readonly organizationId: string | null;
}

export interface SearchsetPage {
  readonly resources: readonly FoundResource[];
  /** The address of the next page. */
  readonly next: string | null;
  /** Resources that could not be read. */
  readonly odd: number;
}

type Fields = Readonly<Record<string, unknown>>;

const resourceTypes: readonly ResourceType[] = ['Practitioner', 'PractitionerRole', 'Organization'];

/** A form that FHIR R4 does not allow. */
class Malformed extends Error {}

/** Throws `Refusal('fhir-malformed')` for what is no page of a search. */
export function readSearchset(body: unknown): SearchsetPage {
  try {
    const bundle = fields(body);
    if (bundle['resourceType'] !== 'Bundle' || bundle['type'] !== 'searchset') throw new Malformed();
    const entries = list(bundle['entry'], fhirLimits.bundleEntries).map(fields);
    const links = list(bundle['link'], fhirLimits.elements).map(fields);
    const next = links.find((link) => link['relation'] === 'next');
    const read = entries.map(readEntry);
    return {
      resources: read.filter((entry) => typeof entry === 'object'),
      next: next === undefined ? null : required(next['url']),
      odd: read.filter((entry) => entry === 'odd').length,
    };
  } catch (fault) {
    if (fault instanceof Malformed) throw new Refusal('fhir-malformed', fhirReadingTexts.malformed);
    throw fault;
  }
}

function readEntry(entry: Fields): FoundResource | 'odd' | 'other' {
  try {
    const resource = fields(entry['resource']);
    const resourceType = resourceTypes.find((type) => type === resource['resourceType']);
    if (resourceType === undefined) return 'other';
    const mode = entry['search'] === undefined ? 'match' : fields(entry['search'])['mode'];
    const telecoms = list(resource['telecom'], fhirLimits.elements).map(readTelecom);
    return {
      resourceType,
      id: optional(resource['id'], text) ?? null,
      isMatch: mode === undefined || mode === 'match',
      identifiers: list(resource['identifier'], fhirLimits.elements).map(fields).flatMap(readIdentifier),
      mailboxes: telecoms.map(readMailboxTelecom).filter((mailbox) => mailbox !== undefined),
      practitionerId: readReference(resource['practitioner'], 'Practitioner'),
      organizationId: readReference(resource['organization'], 'Organization'),
    };
  } catch (fault) {
    if (fault instanceof Malformed) return 'odd';
    throw fault;
  }
}

function readIdentifier(identifier: Fields): FoundResource['identifiers'] {
  const system = optional(identifier['system'], text);
  const value = optional(identifier['value'], text);
  return system === undefined || value === undefined ? [] : [{ system, value }];
}

/** `Organization/481677`, or the whole address of it. */
function readReference(value: unknown, type: ResourceType): string | null {
  if (value === undefined) return null;
  const reference = optional(fields(value)['reference'], text);
  // FHIR R4, data types (id): an id has letters, digits, `-` and `.`
  return new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$`).exec(reference ?? '')?.[1] ?? null;
}

function readTelecom(value: unknown): ContactPoint {
  const telecom = fields(value);
  const address = optional(telecom['value'], text);
  const rank = optional(telecom['rank'], positiveInteger);
  return {
    ...(telecom['system'] === 'email' ? { system: 'email' } : {}),
    ...(address === undefined ? {} : { value: address }),
    ...(rank === undefined ? {} : { rank }),
    extension: list(telecom['extension'], fhirLimits.elements).map((one) => readExtension(one, 1)),
  };
}

function readExtension(value: unknown, depth: number): Extension {
  const extension = fields(value);
  const inner = depth === 0 ? [] : list(extension['extension'], fhirLimits.elements);
  const flag = optional(extension['valueBoolean'], boolean);
  const code = optional(extension['valueCode'], text);
  const words = optional(extension['valueString'], text);
  const coding = optional(extension['valueCoding'], readCoding);
  const concept = optional(extension['valueCodeableConcept'], readConcept);
  return {
    url: required(extension['url']),
    ...(inner.length === 0 ? {} : { extension: inner.map((one) => readExtension(one, depth - 1)) }),
    ...(flag === undefined ? {} : { valueBoolean: flag }),
    ...(code === undefined ? {} : { valueCode: code }),
    ...(words === undefined ? {} : { valueString: words }),
    ...(coding === undefined ? {} : { valueCoding: coding }),
    ...(concept === undefined ? {} : { valueCodeableConcept: concept }),
  };
}

function readConcept(value: unknown): CodeableConcept {
  return { coding: list(fields(value)['coding'], fhirLimits.elements).map(readCoding) };
}

function readCoding(value: unknown): { system?: string; code?: string } {
  const coding = fields(value);
  const system = optional(coding['system'], text);
  const code = optional(coding['code'], text);
  return { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) };
}

function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed();
  return value as Fields; // an object, checked above
}

/** FHIR R4, JSON: an array is never empty in JSON; one that is says nothing all the same. */
function list(value: unknown, limit: number): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > limit) throw new Malformed();
  return value;
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function required(value: unknown): string {
  if (value === undefined) throw new Malformed();
  return text(value);
}

function text(value: unknown): string {
  const isText = typeof value === 'string' && value !== '' && value.length <= fhirLimits.textCharacters;
  // FHIR R4, data types (string): no control character but tab, carriage return and line feed
  if (!isText || /[^\P{Cc}\t\r\n]/u.test(value)) throw new Malformed();
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Malformed();
  return value;
}

function positiveInteger(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1 || value > 2_147_483_647) {
    throw new Malformed();
  }
  return value;
}
