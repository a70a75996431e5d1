/** What a person has chosen for their own use of the web application: `GET` and `PATCH /api/settings`, both answer all of it. */
import { type Static, Type } from 'typebox';

const form = {
  theme: Type.Enum(['system', 'light', 'dark']),
  density: Type.Enum(['comfortable', 'compact']),
  conversations: Type.Boolean({ description: 'messages of one thread are shown together' }),
  undoSeconds: Type.Union([Type.Literal(0), Type.Literal(5), Type.Literal(10), Type.Literal(20), Type.Literal(30)]),
  notifications: Type.Boolean({ description: 'the browser tells of new messages' }),
  receipts: Type.Enum(['ask', 'never', 'always'], { description: 'what to do when a sender asks for a read receipt' }),
  unified: Type.Boolean({ description: 'one list for all accounts' }),
  remoteImages: Type.Enum(['never', 'ask']),
};

export const settingsSchema = Type.Object(form);

/** What is left out stays as it is; an unknown key is refused. */
export const changeSettingsSchema = Type.Partial(Type.Object(form), { additionalProperties: false, minProperties: 1 });

export type Settings = Static<typeof settingsSchema>;
export type ChangeSettings = Static<typeof changeSettingsSchema>;
