/** « Signaler »: a received message told to the operator's administrator. */
import { Type } from 'typebox';
import { uuidSchema } from './forms.ts';

export const unwantedBounds = { noteCharacters: 2_000 };

export const unwantedParamsSchema = Type.Object({ accountId: uuidSchema, emailId: uuidSchema });

export const reportUnwantedSchema = Type.Object({
  kind: Type.Enum(['unwanted', 'phishing', 'misdirected']),
  note: Type.Optional(Type.String({ maxLength: unwantedBounds.noteCharacters })),
});

export const reportedUnwantedSchema = Type.Object({
  done: Type.Boolean({ description: 'false: this person had reported this message already' }),
  moved: Type.Boolean({ description: 'it is now in the mailbox of unwanted mail' }),
  text: Type.String({ description: 'what to tell the person, in French' }),
  steps: Type.Array(Type.String(), { description: 'what the person may do besides, in French' }),
});
