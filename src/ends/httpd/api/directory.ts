import type { Static } from 'typebox';
import { accountParamsSchema } from '../../../../contract/accounts.ts';
import { foundCorrespondentsSchema } from '../../../../contract/contacts.ts';
import {
  cardSchema,
  completionSchema,
  correspondentParamsSchema,
  correspondentQuerySchema,
  directoryStatusSchema,
} from '../../../../contract/directory.ts';
import { Refusal } from '../../../base/errors.ts';
import type { CorrespondentId, ListedMailboxType, SearchFilters } from '../../../domain/directory/directory.ts';
import { parseAddress } from '../../../formats/address/address.ts';
import { readIdnps } from '../../../formats/rpps/fields.ts';
import { ageOf } from '../../directory-age.ts';
import { type ApiParts, accountOf, operation, wire } from './operation.ts';
import { apiTexts } from './texts.ts';

type Query = Static<typeof correspondentQuerySchema>;

function codes(list: string): readonly string[] {
  return list.split(',');
}

function isListedType(text: string): text is ListedMailboxType {
  return ['PER', 'ORG', 'APP', 'CAB'].includes(text);
}

function filtersOf({ professions, specialities, departments, types, reachableOnly }: Query): SearchFilters {
  return {
    ...(professions !== undefined && { professions: codes(professions) }),
    ...(specialities !== undefined && { specialities: codes(specialities) }),
    ...(departments !== undefined && { departments: codes(departments) }),
    ...(types !== undefined && { types: codes(types).filter(isListedType) }),
    ...(reachableOnly !== undefined && { reachableOnly }),
  };
}

function wantedIn(query: Query) {
  const { text, offset = 0, limit = 20 } = query;
  return { text, filters: filtersOf(query), offset, limit };
}

const unknown = (): Refusal => new Refusal('correspondent-unknown', apiTexts.correspondentUnknown);

/** Of a national identifier, or of an address in its normal form; what is neither names nobody. */
function idOf({ kind, key }: Static<typeof correspondentParamsSchema>): CorrespondentId {
  const known = kind === 'practitioner' ? readIdnps('', '', key) : parseAddress(key)?.toLowerCase();
  if (known === undefined || known === null) throw unknown();
  return `${kind}/${known}` as CorrespondentId; // the branded constructor at this edge: its key was read
}

export function registerDirectory(parts: ApiParts): void {
  const { app, product } = parts;
  const { db } = product.database;
  const { directory, contacts } = product;

  const status = operation(parts, apiTexts.directory, { answer: directoryStatusSchema, given: {} });
  app.get('/api/directory', status, async () => {
    const found = await directory.status(db);
    return wire({ ...found, age: ageOf(found, product) });
  });

  const search = operation(parts, apiTexts.correspondents, {
    answer: foundCorrespondentsSchema,
    given: { querystring: correspondentQuerySchema },
  });
  app.get('/api/directory/correspondents', search, async (request) => {
    return wire({ kept: [], ...(await directory.search(db, wantedIn(request.query))) });
  });

  // What is typed on behalf of an account may be a patient's address, and so an INS: never in an address that proxies write down.
  const find = operation(parts, apiTexts.accountCorrespondents, {
    answer: foundCorrespondentsSchema,
    given: { params: accountParamsSchema, body: correspondentQuerySchema },
  });
  app.post('/api/accounts/:accountId/correspondents/search', find, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    return wire(await contacts.findCorrespondents(db, { ...viewer, ...wantedIn(request.body) }));
  });

  const card = operation(parts, apiTexts.card, { answer: cardSchema, given: { params: correspondentParamsSchema } });
  app.get('/api/directory/correspondents/:kind/:key', card, async (request) => {
    const found = await directory.card(db, idOf(request.params));
    if (found === undefined) throw unknown();
    return wire(found);
  });

  const refresh = operation(parts, apiTexts.refresh, {
    answer: completionSchema,
    given: { params: correspondentParamsSchema },
  });
  app.post('/api/directory/correspondents/:kind/:key/refresh', refresh, async (request) => {
    const id = idOf(request.params);
    if ((await directory.card(db, id)) === undefined) throw unknown();
    return wire(await directory.live.completeCorrespondent(db, id));
  });
}
