/** The national directory, as the API tells it. */
import { Type } from 'typebox';
import { addressSchema, codedSchema, codeListSchema, instantSchema, orNull } from './forms.ts';

/** Bounds of a search that the schema states; `query-too-long` and `page-too-far` are told beyond others. */
export const searchBounds = { textCharacters: 200, page: 50, offset: 1_000 } as const;

const mailboxTypeSchema = Type.Enum(['PER', 'ORG', 'APP', 'CAB']);

const editionSchema = Type.Object({
  editionId: Type.Integer(),
  source: Type.Enum(['mailboxes', 'activities', 'skills', 'diplomas']),
  state: Type.Enum(['importing', 'current', 'superseded', 'refused', 'failed']),
  publishedAt: instantSchema,
  startedAt: instantSchema,
  finishedAt: orNull(instantSchema),
  fileName: Type.String(),
  rows: Type.Integer(),
  oddRows: Type.Integer(),
  created: Type.Integer(),
  changed: Type.Integer(),
  deleted: Type.Integer(),
  reason: orNull(Type.String()),
});

export const directoryStatusSchema = Type.Object({
  current: Type.Array(editionSchema),
  latest: Type.Array(editionSchema),
  practitioners: Type.Integer(),
  mailboxes: Type.Integer(),
  age: Type.Enum(['fresh', 'old', 'too-old', 'none'], { description: 'of the extraction of addresses in force' }),
});

const placeSchema = Type.Object({
  organizationId: orNull(Type.String()),
  organization: orNull(Type.String()),
  service: orNull(Type.String()),
  lines: Type.Array(Type.String()),
  postcode: orNull(Type.String()),
  town: orNull(Type.String()),
  department: orNull(Type.String()),
});

const correspondentForm = {
  id: Type.String({ description: 'practitioner/… or mailbox/…; stays the same from edition to edition' }),
  kind: Type.Enum(['practitioner', 'mailbox']),
  name: Type.String(),
  profession: orNull(codedSchema),
  speciality: orNull(codedSchema),
  place: orNull(placeSchema),
  otherPlaces: Type.Integer(),
  addresses: Type.Array(Type.Object({ address: addressSchema, type: mailboxTypeSchema })),
  distanceKm: orNull(Type.Number()),
  isHomonym: Type.Boolean(),
};
export const correspondentSchema = Type.Object(correspondentForm);

export const correspondentQuerySchema = Type.Object({
  text: Type.String({ maxLength: searchBounds.textCharacters }),
  professions: Type.Optional(codeListSchema),
  specialities: Type.Optional(codeListSchema),
  departments: Type.Optional(codeListSchema),
  types: Type.Optional(Type.String({ pattern: '^(PER|ORG|APP|CAB)(,(PER|ORG|APP|CAB)){0,3}$' })),
  reachableOnly: Type.Optional(Type.Boolean({ description: 'true by default: only who can be written to' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: searchBounds.offset, default: 0 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: searchBounds.page, default: 20 })),
});

const facetSchema = Type.Array(Type.Object({ code: Type.String(), label: Type.String(), count: Type.Integer() }));

export const searchAnswerForm = {
  total: Type.Integer(),
  facets: Type.Object({
    professions: facetSchema,
    specialities: facetSchema,
    departments: facetSchema,
    types: facetSchema,
  }),
  understood: Type.Array(Type.Object({ typed: Type.String(), as: Type.String() })),
  publishedAt: orNull(instantSchema),
};

/** With an account, what the account says of each. */
export const foundCorrespondentSchema = Type.Object({
  ...correspondentForm,
  preferred: Type.Optional(orNull(addressSchema)),
  isFavourite: Type.Optional(Type.Boolean()),
});

export const correspondentParamsSchema = Type.Object({
  kind: Type.Enum(['practitioner', 'mailbox']),
  key: Type.String({ minLength: 1, maxLength: 320 }),
});

const listedMailboxSchema = Type.Object({
  address: addressSchema,
  type: mailboxTypeSchema,
  place: orNull(placeSchema),
  profession: orNull(codedSchema),
  speciality: orNull(codedSchema),
  isPaperless: orNull(Type.Boolean()),
  source: Type.Enum(['edition', 'live']),
  seenAt: instantSchema,
});

export const cardSchema = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['practitioner', 'mailbox']),
  name: Type.String(),
  family: orNull(Type.String()),
  given: orNull(Type.String()),
  idnps: orNull(Type.String()),
  rpps: orNull(Type.String()),
  roles: Type.Array(
    Type.Object({
      profession: orNull(codedSchema),
      speciality: orNull(codedSchema),
      mode: orNull(codedSchema),
      place: orNull(placeSchema),
      phone: orNull(Type.String()),
    }),
  ),
  skills: Type.Array(codedSchema),
  mailboxes: Type.Array(listedMailboxSchema),
  publishedAt: orNull(instantSchema),
});

/** What asking the national source again came to. */
export const completionSchema = Type.Object({
  kind: Type.Enum(['completed', 'nothing-new', 'not-found', 'asked-lately', 'unavailable', 'off']),
  addresses: Type.Optional(Type.Integer({ description: 'completed: how many are new or changed' })),
  askedAt: Type.Optional(instantSchema),
  why: Type.Optional(Type.String()),
  explanation: Type.Optional(Type.String({ description: 'unavailable: in French' })),
});
