/** A page of a search as a Bundle: FHIR R4, search and Bundle. */
import type { Bundle, BundleEntry, BundleLink, DirectoryResource, OperationOutcome } from './resources.ts';
import { subsettedTag } from './systems.ts';

export interface SearchsetParts {
  /** Where the resources live: `https://…/fhir`. */
  readonly base: string;
  readonly total?: number;
  readonly links: readonly BundleLink[];
  readonly matches: readonly DirectoryResource[];
  readonly included: readonly DirectoryResource[];
  /** What the searcher is told besides. */
  readonly outcome?: OperationOutcome;
}

export function searchset(parts: SearchsetParts): Bundle {
  const entryOf =
    (mode: 'match' | 'include') =>
    (resource: DirectoryResource): BundleEntry => ({
      fullUrl: `${parts.base}/${resource.resourceType}/${resource.id}`,
      resource,
      search: { mode },
    });
  const entries: BundleEntry[] = [
    ...parts.matches.map(entryOf('match')),
    ...parts.included.map(entryOf('include')),
    ...(parts.outcome === undefined ? [] : [{ resource: parts.outcome, search: { mode: 'outcome' as const } }]),
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(parts.total === undefined ? {} : { total: parts.total }),
    link: parts.links,
    ...(entries.length === 0 ? {} : { entry: entries }),
  };
}

/** `resource` with the named elements alone, and the tag that says so: FHIR R4, search (elements). */
export function withElements(resource: DirectoryResource, elements: readonly string[]): DirectoryResource {
  const always = ['resourceType', 'id', 'meta'];
  const kept = Object.entries(resource).filter(([name]) => always.includes(name) || elements.includes(name));
  const meta = { ...resource.meta, tag: [subsettedTag] };
  const subset: unknown = { ...Object.fromEntries(kept), meta };
  return subset as DirectoryResource; // the elements left out are all optional: what is left is a resource still
}
