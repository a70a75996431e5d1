/**
 * The key of what a browser keeps of unfinished writing (docs/decisions/0030): `GET /api/session/journal-key`, to an open session
 * alone. The same for one person in every session and browser; it lies nowhere in a browser.
 */
import { Type } from 'typebox';

export const journalKeySchema = Type.Object({
  key: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: '32 octets in base64url' }),
});
