/** What holds for everybody of a practice: `GET` and `PATCH /api/practice`; its holders and IT administrators change it. */
import { type Static, Type } from 'typebox';

export const practiceSchema = Type.Object({
  name: Type.String(),
  isOfflineAllowed: Type.Boolean({ description: 'whether devices may keep a copy for use without network' }),
  mayChange: Type.Boolean({ description: 'whether the person who asks may change this' }),
});

export const changePracticeSchema = Type.Object({ isOfflineAllowed: Type.Boolean() }, { additionalProperties: false });

export type Practice = Static<typeof practiceSchema>;
