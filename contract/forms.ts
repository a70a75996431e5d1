/** Forms that several answers share. */
import { type TSchema, Type } from 'typebox';

export const uuidSchema = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

/** RFC 3339, in universal time. */
export const instantSchema = Type.String({ format: 'date-time' });

/** RFC 5321 §4.5.3.1.3 bounds it. */
export const addressSchema = Type.String({ minLength: 3, maxLength: 320 });

/** A code of the national nomenclatures, and what it is called. */
export const codedSchema = Type.Object({ code: Type.String(), label: Type.String() });

/** `10,21`: codes of the national nomenclatures. */
export const codeListSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{1,20}(,[A-Za-z0-9_-]{1,20}){0,199}$' });

export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** Nothing to tell but that it is done. */
export const doneSchema = Type.Object({ done: Type.Boolean({ description: 'false: it was so already' }) });
