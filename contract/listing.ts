/** How an account of ours is shown in the national directory. */
import { Type } from 'typebox';
import { addressSchema, instantSchema, orNull } from './forms.ts';

const textSchema = Type.String({ minLength: 1, maxLength: 200 });
const numberSchema = Type.String({ pattern: '^[0-9A-Z]{1,40}$' });

/** Whose telecom it is. */
const holderSchema = Type.Union([
  Type.Object({ resource: Type.Literal('Practitioner'), identifier: numberSchema }),
  Type.Object({ resource: Type.Literal('PractitionerRole'), identifier: numberSchema, organization: numberSchema }),
  Type.Object({ resource: Type.Literal('Organization'), identifier: numberSchema }),
]);

/** What is left out stays as it is; null takes it out. The first time, `holder` is needed. */
export const listingChangeSchema = Type.Object({
  holder: Type.Optional(holderSchema),
  isRedListed: Type.Optional(Type.Boolean()),
  rank: Type.Optional(orNull(Type.Integer({ minimum: 1, maximum: 99 }))),
  service: Type.Optional(orNull(textSchema)),
  description: Type.Optional(orNull(textSchema)),
  responsible: Type.Optional(orNull(textSchema)),
});

export const listingSchema = Type.Object({
  address: addressSchema,
  type: Type.Enum(['PER', 'ORG', 'APP']),
  holder: holderSchema,
  isRedListed: Type.Boolean(),
  rank: orNull(Type.Integer()),
  service: orNull(Type.String()),
  description: orNull(Type.String()),
  responsible: orNull(Type.String()),
  isWanted: Type.Boolean(),
  state: Type.Enum(['waiting', 'published', 'removed', 'refused']),
  isPublished: Type.Boolean(),
  attempts: Type.Integer(),
  nextAttemptAt: orNull(instantSchema),
  fault: orNull(
    Type.Enum([
      'identifier-unknown',
      'several-matches',
      'not-understood',
      'not-offered',
      'key-refused',
      'annuaire-unavailable',
    ]),
  ),
  explanation: orNull(Type.String()),
  changedAt: instantSchema,
  publishedAt: orNull(instantSchema),
});
