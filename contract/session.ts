/**
 * The session of a browser: `POST /api/session` opens it, `GET` says who is there (204: nobody), `DELETE` ends it.
 *
 * The session is a cookie that scripts cannot read. Requests that it signs, but for GET and HEAD, carry its `csrfToken` in the
 * header field `X-CSRF-Token`. Refusals: 401 `signed-out` (no session, or no longer), 401 `credentials-refused`,
 * 429 `too-many-attempts` with `Retry-After`, 403 `csrf-refused` (the token is missing or another's), 403 `foreign-origin`.
 */
import { type Static, Type } from 'typebox';
import { instantSchema, orNull, uuidSchema } from './forms.ts';

export const sessionBounds = { loginCharacters: 200, passwordCharacters: 1_000 };

export const signInSchema = Type.Object(
  {
    login: Type.String({ minLength: 1, maxLength: sessionBounds.loginCharacters }),
    password: Type.String({ minLength: 1, maxLength: sessionBounds.passwordCharacters }),
  },
  { additionalProperties: false },
);

const roleSchema = Type.Enum([
  'holder',
  'associate',
  'replacement',
  'assistant',
  'it-administrator',
  'data-protection',
  'auditor',
  'citizen',
]);

export const sessionSchema = Type.Object({
  person: Type.Object({
    personId: uuidSchema,
    tenantId: uuidSchema,
    name: Type.String({ description: 'as shown: « Dr Claire Vasseur »' }),
    title: Type.String({ description: 'profession or task, French' }),
    roles: Type.Array(roleSchema),
  }),
  practice: Type.Object({
    name: Type.String(),
    isOfflineAllowed: Type.Boolean({ description: 'whether devices may keep a copy for use without network' }),
  }),
  operator: Type.Object({
    name: Type.String(),
    isSandbox: Type.Boolean(),
    domains: Type.Array(Type.String()),
    patientDomains: Type.Array(Type.String({ description: 'domains of the citizens’ mailboxes' })),
  }),
  csrfToken: Type.String(),
  /** The session ends then at the latest, or earlier when it was not used for two hours. */
  expiresAt: instantSchema,
  pushKey: orNull(
    Type.String({ description: 'the VAPID key for `pushManager.subscribe`, base64url; null: no Web Push' }),
  ),
});

export const signedOutSchema = Type.Object({ done: Type.Literal(true) });

export type Session = Static<typeof sessionSchema>;
