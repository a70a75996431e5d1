/**
 * Templates of an account: texts to begin a message with. `GET` and `POST /api/accounts/:accountId/templates`, `PATCH` and `DELETE
 * …/:templateId`. Placeholders (`{{patient}}`, `{{date}}`) are the client's matter. Refusals: 400 `bad-template`, 403 `not-permitted`, 404
 * `template-unknown`, 409 `too-many-templates` (200, and 4 MiB in all), 409 `template-exists` (the name is another's).
 */
import { type Static, Type } from 'typebox';
import { instantSchema, uuidSchema } from './forms.ts';

/** Bounds that the schemas state; the domain refuses what is beyond its own. */
export const templatesBounds = {
  templates: 200,
  nameCharacters: 100,
  subjectCharacters: 500,
  htmlCharacters: 100_000,
  textCharacters: 50_000,
};

const contentForm = {
  name: Type.String({ minLength: 1, maxLength: templatesBounds.nameCharacters }),
  subject: Type.String({ maxLength: templatesBounds.subjectCharacters }),
  html: Type.String({ maxLength: templatesBounds.htmlCharacters, description: 'empty: a template of plain text' }),
  text: Type.String({ maxLength: templatesBounds.textCharacters }),
};

const templateSchema = Type.Object({ id: uuidSchema, ...contentForm, changedAt: instantSchema });

/** By name. */
export const templatesSchema = Type.Object({ templates: Type.Array(templateSchema) });
export const createTemplateSchema = Type.Object(contentForm, { additionalProperties: false });
/** What is left out stays as it is. */
export const changeTemplateSchema = Type.Partial(Type.Object(contentForm), {
  additionalProperties: false,
  minProperties: 1,
});
export const createdTemplateSchema = Type.Object({ id: uuidSchema });
export const templateParamsSchema = Type.Object({ accountId: uuidSchema, templateId: uuidSchema });

export type Template = Static<typeof templateSchema>;
export type TemplateContent = Static<typeof createTemplateSchema>;
