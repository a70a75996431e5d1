/** `GET /fhir/{type}/{id}`: FHIR R4, read, with conditional reads. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browse } from '../../../domain/directory/directory.ts';
import { withElements } from '../../../formats/fhir/bundle.ts';
import { printResource } from '../../../formats/fhir/print-resource.ts';
import type { ResourceType } from '../../../formats/fhir/resources.ts';
import { readReading } from '../../../formats/fhir/search-request.ts';
import type { Db } from '../../../platform/db/db.ts';
import { sendFault, sendResource } from './answers.ts';
import { checkFormat, isLenient, pairsOf } from './asked.ts';
import { fhirEndTexts } from './texts.ts';
import { versioned } from './versioned.ts';

export async function answerRead(
  { browse, db }: { readonly browse: Browse; readonly db: Db },
  { type, id }: { readonly type: ResourceType; readonly id: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const pairs = pairsOf(request);
  checkFormat(request, pairs);
  const { elements } = readReading(pairs, isLenient(request));
  const found = await browse.find(db, type, id);
  if (found.kind === 'unknown')
    return sendFault(reply, { status: 404, issue: 'not-found', text: fhirEndTexts.notFound });
  if (found.kind === 'gone') return sendFault(reply, { status: 410, issue: 'deleted', text: fhirEndTexts.gone });
  const resource = versioned(printResource(found.facts));
  const tag = `W/"${resource.meta?.versionId}"`;
  reply.header('etag', tag).header('last-modified', found.facts.updatedAt.toUTCString());
  if (isHeldAlready(request, tag)) return reply.code(304).send();
  return sendResource(reply, elements === undefined ? resource : withElements(resource, elements));
}

/** RFC 9110 §13.1.2: compared weakly. By the tag alone: the date is that of an import, and an address may be hidden between two. */
function isHeldAlready({ headers }: FastifyRequest, tag: string): boolean {
  const tags = headers['if-none-match'];
  return tags?.split(',').some((one) => `W/${one.trim().replace(/^W\//, '')}` === tag || one.trim() === '*') ?? false;
}
