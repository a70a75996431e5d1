/**
 * Devices that keep an encrypted copy for use without network (docs/decisions/0032).
 *
 * `GET /api/devices` lists one's own; `POST` declares one, with the person's password; `POST …/:deviceId/contact` gives its half of
 * the key, and counts as the contact without which the copy ends; `DELETE …/:deviceId` takes it back. `POST /api/device-standing`
 * asks, with nobody signed in, whether a device is still declared.
 *
 * Refusals: 403 `offline-not-allowed` (the practice switched it off), 403 `password-refused`, 404 `device-unknown` (taken back, or
 * without contact for {@link deviceBounds}`.contactDays`), 409 `too-many-devices`, 429 `too-many-attempts` with `Retry-After`.
 */
import { type Static, Type } from 'typebox';
import { instantSchema, uuidSchema } from './forms.ts';
import { sessionBounds } from './session.ts';

/** Bounds that the schemas state; the domain refuses what is beyond its own. */
export const deviceBounds = { devices: 10, nameCharacters: 80, contactDays: 7 };

/** 32 octets in base64url. */
const secretSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** The one heard of last first. */
export const devicesSchema = Type.Object({
  devices: Type.Array(
    Type.Object({
      id: uuidSchema,
      name: Type.String(),
      declaredAt: instantSchema,
      lastContactAt: instantSchema,
    }),
  ),
});

export const declareDeviceSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: deviceBounds.nameCharacters }),
    password: Type.String({ minLength: 1, maxLength: sessionBounds.passwordCharacters }),
  },
  { additionalProperties: false },
);

export const declaredDeviceSchema = Type.Object({
  id: uuidSchema,
  secret: Type.String({ description: 'what the server gives to an open session: it opens the copy' }),
  token: Type.String({ description: 'what the device keeps: it asks for its standing, and opens nothing' }),
});

export const deviceParamsSchema = Type.Object({ deviceId: uuidSchema });
export const deviceSecretSchema = Type.Object({ secret: Type.String() });

export const askStandingSchema = Type.Object(
  { tenantId: uuidSchema, deviceId: uuidSchema, token: secretSchema },
  { additionalProperties: false },
);
/** `unknown`: the copy is to be wiped. */
export const standingSchema = Type.Object({ standing: Type.Enum(['declared', 'unknown']) });

export type Devices = Static<typeof devicesSchema>;
export type DeclaredDevice = Static<typeof declaredDeviceSchema>;
