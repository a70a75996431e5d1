/** `GET /fhir/{type}?…` and `POST /fhir/{type}/_search`: FHIR R4, search. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browse, BrowsePage } from '../../../domain/directory/directory.ts';
import { searchset, withElements } from '../../../formats/fhir/bundle.ts';
import type { DirectoryFacts } from '../../../formats/fhir/directory-facts.ts';
import { outcome } from '../../../formats/fhir/outcome.ts';
import { printResource } from '../../../formats/fhir/print-resource.ts';
import type { BundleLink, DirectoryResource, ResourceType } from '../../../formats/fhir/resources.ts';
import { cursorParameter, readSearch, type SearchRequest } from '../../../formats/fhir/search-request.ts';
import { fhirSearchTexts } from '../../../formats/fhir/search-texts.ts';
import type { Db } from '../../../platform/db/db.ts';
import { sendResource } from './answers.ts';
import { checkFormat, isLenient, pairsOf } from './asked.ts';
import { versioned } from './versioned.ts';

export async function answerSearch(
  { browse, db, base }: { readonly browse: Browse; readonly db: Db; readonly base: string },
  type: ResourceType,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const pairs = pairsOf(request);
  checkFormat(request, pairs);
  const search = readSearch(type, pairs, isLenient(request));
  const page = await browse.search(db, search);
  const print = (facts: DirectoryFacts): DirectoryResource => {
    const resource = versioned(printResource(facts));
    return search.elements === undefined ? resource : withElements(resource, search.elements);
  };
  const warning =
    search.ignored.length === 0
      ? {}
      : { outcome: outcome('warning', 'not-supported', fhirSearchTexts.ignoredParameters(search.ignored.join(', '))) };
  const bundle = searchset({
    base,
    ...(page.total === undefined ? {} : { total: page.total }),
    links: linksOf(`${base}/${type}`, search, page),
    matches: page.matches.map(print),
    included: page.included.map(print),
    ...warning,
  });
  return sendResource(reply, bundle);
}

/** What was understood stands in every link, so that each can be followed by itself. */
function linksOf(address: string, { kept, cursor }: SearchRequest, { next, previous }: BrowsePage): BundleLink[] {
  const link = (relation: string, place: string | undefined): BundleLink => {
    const pairs = [...kept, ...(place === undefined ? [] : [[cursorParameter, place] as const])];
    const query = new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
    return { relation, url: query === '' ? address : `${address}?${query}` };
  };
  return [
    link('self', cursor),
    link('first', undefined),
    ...(previous === undefined ? [] : [link('previous', previous)]),
    ...(next === undefined ? [] : [link('next', next)]),
  ];
}
