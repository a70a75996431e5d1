/**
 * Emails that were deleted for good and can still be brought back:
 *
 *   GET  /api/accounts/:accountId/deleted?limit&before     newest deletion first
 *   POST /api/accounts/:accountId/deleted/search           by words of subject and sender; the body, for words may name a patient
 *   POST /api/accounts/:accountId/undelete                 where they were before the trash, or in the inbox
 *
 * Each page opens what it shows: told to the audit once for each person, email and session. Refusals: 403 `not-permitted`,
 * 400 `over-quota` when they no longer fit.
 */
import { type Static, Type } from 'typebox';
import { instantSchema, orNull, uuidSchema } from './forms.ts';

/** Bounds that the schemas state. */
export const deletedBounds = { page: 100, defaultPage: 50, emails: 500, textCharacters: 200 };

const limitSchema = Type.Integer({ minimum: 1, maximum: deletedBounds.page, default: deletedBounds.defaultPage });
const cursorSchema = Type.String({ pattern: '^[0-9A-Za-z_-]{1,120}$', description: '`next` of the page before' });

export const deletedQuerySchema = Type.Object({
  limit: Type.Optional(limitSchema),
  before: Type.Optional(cursorSchema),
});

export const searchDeletedSchema = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: deletedBounds.textCharacters }),
    limit: Type.Optional(limitSchema),
    before: Type.Optional(cursorSchema),
  },
  { additionalProperties: false },
);

const deletedEmailSchema = Type.Object({
  emailId: uuidSchema,
  deletedAt: instantSchema,
  purgedAt: Type.String({
    format: 'date-time',
    description: 'destroyed soon after; until then it can be brought back',
  }),
  receivedAt: instantSchema,
  from: Type.Array(Type.Object({ name: orNull(Type.String()), email: Type.String() })),
  subject: orNull(Type.String()),
  preview: Type.String(),
  hasAttachment: Type.Boolean(),
});

export const deletedEmailsSchema = Type.Object({
  emails: Type.Array(deletedEmailSchema),
  next: orNull(Type.String({ description: 'the `before` of the next page; null: there is none' })),
});

export const undeleteSchema = Type.Object(
  { emailIds: Type.Array(uuidSchema, { minItems: 1, maxItems: deletedBounds.emails }) },
  { additionalProperties: false },
);

export const undeletedSchema = Type.Object({
  restored: Type.Array(uuidSchema, { description: 'those that were deleted and are back' }),
});

export type DeletedEmail = Static<typeof deletedEmailSchema>;
export type DeletedEmails = Static<typeof deletedEmailsSchema>;
