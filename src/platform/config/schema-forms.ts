/** The forms that several keys of the configuration share. */
import { Type } from 'typebox';
import { formTexts } from './texts.ts';

export const domainPattern = '^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$';
export const closed = { additionalProperties: false } as const;

export const text = (description: string, form: string, more: object = {}) =>
  Type.String({ description, form, minLength: 1, maxLength: 1_000, ...more });
export const path = (description: string, more: object = {}) =>
  text(description, formTexts.path, { isPath: true, ...more });
export const url = (description: string, more: object = {}) =>
  text(description, formTexts.url, { pattern: '^https?://[^\\s]+$', ...more });
export const host = (description: string, more: object = {}) =>
  text(description, formTexts.host, { pattern: '^[A-Za-z0-9:.-]+$', ...more });
export const port = (description: string, more: object = {}) =>
  Type.Integer({ description, minimum: 0, maximum: 65_535, ...more });
export const paths = (description: string, more: object = {}) =>
  Type.Array(path(description), { description, minItems: 1, maxItems: 50, uniqueItems: true, ...more });
