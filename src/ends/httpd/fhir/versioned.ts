/** Versions of resources: what they say, hashed, so that a change of any row behind one shows. */
import { createHash } from 'node:crypto';
import type { DirectoryResource } from '../../../formats/fhir/resources.ts';

export function versioned(resource: DirectoryResource): DirectoryResource {
  const versionId = createHash('sha256').update(JSON.stringify(resource)).digest('hex').slice(0, 16);
  return { ...resource, meta: { versionId, ...resource.meta } };
}
