/**
 * FHIRPath Patch as the Annuaire's description has it, on plain JSON: `insert`, `replace` and `delete` at paths below `telecom`. Written from
 * that description and not from the product's code, so that both sides are not wrong alike.
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** 400 or 422, and why. */
export class PatchRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A place in a resource that can be replaced or taken out. */
interface Spot {
  readonly parent: JsonObject | Json[];
  readonly key: string | number;
}

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'where'; readonly name: string; readonly text: string }
  | { readonly kind: 'extension'; readonly url: string }
  | { readonly kind: 'index'; readonly at: number };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All operations, or none: works on a copy, which it returns. */
export function applyPatch(resource: JsonObject, body: unknown): JsonObject {
  const changed = structuredClone(resource);
  if (!isObject(body) || body['resourceType'] !== 'Parameters' || !Array.isArray(body['parameter'])) {
    throw new PatchRefused(400, 'Parameters expected');
  }
  if (body['parameter'].length === 0) throw new PatchRefused(400, 'no operation');
  for (const operation of body['parameter']) {
    if (!isObject(operation) || operation['name'] !== 'operation' || !Array.isArray(operation['part'])) {
      throw new PatchRefused(400, 'operation expected');
    }
    applyOperation(changed, operation['part'].filter(isObject));
  }
  return changed;
}

function applyOperation(resource: JsonObject, parts: readonly JsonObject[]): void {
  const part = (name: string): JsonObject | undefined => parts.find((one) => one['name'] === name);
  const type = part('type')?.['valueCode'];
  const path = part('path')?.['valueString'];
  if (typeof path !== 'string') throw new PatchRefused(400, 'path expected');
  const steps = readPath(path, String(resource['resourceType']));
  const value = operand(part('value'));
  if (type === 'insert') {
    insert(resource, steps, value, part('index')?.['valueInteger']);
    return;
  }
  const spots = evaluate(resource, steps);
  const [spot] = spots;
  if (spot === undefined || spots.length > 1) throw new PatchRefused(400, `path leads to ${spots.length} elements`);
  if (type === 'delete') {
    remove(spot);
    return;
  }
  if (type !== 'replace') throw new PatchRefused(400, 'unknown operation');
  if (value === undefined) throw new PatchRefused(400, 'value expected');
  if (isTelecomPath(steps)) checkMailbox(value, String(resource['resourceType']));
  put(spot, value);
}

function operand(part: JsonObject | undefined): Json | undefined {
  const name = Object.keys(part ?? {}).find((key) => key.startsWith('value'));
  return name === undefined ? undefined : part?.[name];
}

function insert(resource: JsonObject, steps: readonly Step[], value: Json | undefined, index: Json | undefined): void {
  const [step] = steps;
  if (steps.length !== 1 || step?.kind !== 'member') throw new PatchRefused(400, 'insert takes the path of a list');
  if (value === undefined) throw new PatchRefused(400, 'value expected');
  checkMailbox(value, String(resource['resourceType']));
  const list = Array.isArray(resource[step.name]) ? (resource[step.name] as Json[]) : []; // an array, checked at its left
  if (typeof index !== 'number' || index < 0 || index > list.length) throw new PatchRefused(400, 'index out of range');
  resource[step.name] = list.toSpliced(index, 0, value);
}

/** Member of a list, or element with the type in its name: `valueBoolean` for `value`. */
function put({ parent, key }: Spot, value: Json): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else parent[key] = value;
}

function remove({ parent, key }: Spot): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

const stepForm =
  /\.(?:where\(\s*(?<name>\w+)\s*=\s*'(?<text>(?:[^'\\]|\\.)*)'\s*\)|extension\('(?<url>(?:[^'\\]|\\.)*)'\)|(?<member>[a-zA-Z]+))|\[(?<at>\d+)\]/y;

function readPath(path: string, resourceType: string): readonly Step[] {
  if (!path.startsWith(resourceType)) throw new PatchRefused(400, 'path of another resource');
  const steps: Step[] = [];
  stepForm.lastIndex = resourceType.length;
  while (stepForm.lastIndex < path.length) {
    const groups = stepForm.exec(path)?.groups;
    if (groups === undefined) throw new PatchRefused(400, 'path not understood');
    steps.push(stepOf(groups));
  }
  const [first] = steps;
  if (first?.kind !== 'member' || first.name !== 'telecom') throw new PatchRefused(400, 'only telecom may change');
  return steps;
}

function stepOf(groups: Record<string, string | undefined>): Step {
  const plain = (text: string): string => text.replace(/\\(.)/g, '$1');
  if (groups['at'] !== undefined) return { kind: 'index', at: Number(groups['at']) };
  if (groups['url'] !== undefined) return { kind: 'extension', url: plain(groups['url']) };
  if (groups['name'] !== undefined) return { kind: 'where', name: groups['name'], text: plain(groups['text'] ?? '') };
  return { kind: 'member', name: groups['member'] ?? '' };
}

function isTelecomPath(steps: readonly Step[]): boolean {
  return steps.slice(1).every(({ kind }) => kind === 'where' || kind === 'index');
}

function evaluate(resource: JsonObject, steps: readonly Step[]): readonly Spot[] {
  let spots: readonly Spot[] = [{ parent: [resource], key: 0 }];
  for (const step of steps) spots = next(spots, step);
  return spots;
}

function next(spots: readonly Spot[], step: Step): readonly Spot[] {
  switch (step.kind) {
    case 'member':
      return spots.flatMap((spot) => membersOf(valueAt(spot), step.name));
    case 'extension':
      return next(next(spots, { kind: 'member', name: 'extension' }), { kind: 'where', name: 'url', text: step.url });
    case 'where':
      return spots.filter((spot) => {
        const value = valueAt(spot);
        return isObject(value) && value[step.name] === step.text;
      });
    case 'index':
      return spots.slice(step.at, step.at + 1);
  }
}

function valueAt({ parent, key }: Spot): Json | undefined {
  return Array.isArray(parent) ? parent[Number(key)] : parent[key];
}

function membersOf(value: Json | undefined, name: string): readonly Spot[] {
  if (!isObject(value)) return [];
  const key = Object.keys(value).find((one) => one === name || (name === 'value' && /^value[A-Z]/.test(one)));
  if (key === undefined) return [];
  const member = value[key];
  if (!Array.isArray(member)) return [{ parent: value, key }];
  return member.map((_, index) => ({ parent: member, key: index }));
}

const metadataUrl = 'https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata';
const typesOf: Readonly<Record<string, readonly string[]>> = {
  Practitioner: ['PER', 'CAB'],
  PractitionerRole: ['PER'],
  Organization: ['ORG', 'APP'],
};

/** An MSSanté mailbox, of a type that the resource may bear. */
function checkMailbox(value: Json, resourceType: string): void {
  if (!isObject(value) || value['system'] !== 'email' || typeof value['value'] !== 'string') {
    throw new PatchRefused(422, 'a mailbox is a ContactPoint of system email');
  }
  const type = mailboxTypeOf(value);
  if (type === undefined || !typesOf[resourceType]?.includes(type)) {
    throw new PatchRefused(422, `${resourceType} bears no mailbox of type ${type}`);
  }
}

function subExtension(telecom: JsonObject, url: string): JsonObject | undefined {
  const byUrl = (list: Json | undefined, wanted: string): JsonObject | undefined =>
    Array.isArray(list) ? list.filter(isObject).find((one) => one['url'] === wanted) : undefined;
  return byUrl(byUrl(telecom['extension'], metadataUrl)?.['extension'], url);
}

export function mailboxTypeOf(telecom: JsonObject): string | undefined {
  const extension = subExtension(telecom, 'type');
  const concept = extension?.['valueCodeableConcept'];
  const coding = isObject(concept) && Array.isArray(concept['coding']) ? concept['coding'][0] : undefined;
  const code = isObject(coding) ? coding['code'] : extension?.['valueCode'];
  return typeof code === 'string' ? code : undefined;
}

export function isRedListed(telecom: JsonObject): boolean {
  return subExtension(telecom, 'listeRouge')?.['valueBoolean'] === true;
}
