/** What an account, or a practice, keeps about its correspondents. */
import { Type } from 'typebox';
import { correspondentSchema, foundCorrespondentSchema, searchAnswerForm } from './directory.ts';
import { addressSchema, instantSchema, orNull, uuidSchema } from './forms.ts';

/** Bounds that the schemas state; the domain refuses what is beyond its own. */
export const contactsBounds = {
  checked: 1_000,
  groupMembers: 100,
  nameCharacters: 200,
  phoneCharacters: 40,
  noteCharacters: 4_000,
};

const nameSchema = Type.String({ minLength: 1, maxLength: contactsBounds.nameCharacters });

const keptRecipientSchema = Type.Object({
  address: addressSchema,
  name: orNull(Type.String()),
  leftAt: orNull(instantSchema),
});

const groupSchema = Type.Object({ id: uuidSchema, name: Type.String(), members: Type.Array(keptRecipientSchema) });

const bookEntryForm = {
  id: uuidSchema,
  name: Type.String(),
  address: orNull(addressSchema),
  phone: orNull(Type.String()),
  hasNote: Type.Boolean(),
  leftAt: orNull(instantSchema),
  changedAt: instantSchema,
};
const bookEntrySchema = Type.Object(bookEntryForm);

export const favouritesSchema = Type.Object({ favourites: Type.Array(keptRecipientSchema) });
export const addFavouriteSchema = Type.Object({ address: addressSchema, name: Type.Optional(nameSchema) });
/** In a body, for an address may name a patient. */
export const addressBodySchema = Type.Object({ address: addressSchema });

export const groupsSchema = Type.Object({ groups: Type.Array(groupSchema) });
const membersSchema = Type.Array(addressSchema, { maxItems: contactsBounds.groupMembers });
export const createGroupSchema = Type.Object({ name: nameSchema, members: membersSchema });
export const changeGroupSchema = Type.Object({
  name: Type.Optional(nameSchema),
  members: Type.Optional(membersSchema),
});
export const groupParamsSchema = Type.Object({ accountId: uuidSchema, groupId: uuidSchema });

export const addressBookSchema = Type.Object({ entries: Type.Array(bookEntrySchema) });
export const openedBookEntrySchema = Type.Object({ ...bookEntryForm, note: orNull(Type.String()) });
const entryContentForm = {
  name: nameSchema,
  address: orNull(addressSchema),
  phone: orNull(Type.String({ maxLength: contactsBounds.phoneCharacters })),
  note: orNull(Type.String({ maxLength: contactsBounds.noteCharacters })),
};
export const createBookEntrySchema = Type.Object(entryContentForm);
export const changeBookEntrySchema = Type.Partial(createBookEntrySchema);
export const entryParamsSchema = Type.Object({ accountId: uuidSchema, entryId: uuidSchema });

export const createdSchema = Type.Object({ id: uuidSchema });

export const checkRecipientsSchema = Type.Object({
  addresses: Type.Array(addressSchema, { minItems: 1, maxItems: contactsBounds.checked }),
});

const standingSchema = Type.Union([
  Type.Object({
    kind: Type.Literal('listed'),
    correspondent: correspondentSchema,
    namesakes: Type.Integer(),
    namesakeLines: Type.Array(correspondentSchema, { description: 'the first of them, those with an address before' }),
  }),
  Type.Object({ kind: Type.Literal('left'), lastSeenAt: instantSchema }),
  Type.Object({ kind: Type.Literal('unknown') }),
]);

export const checkedRecipientsSchema = Type.Object({
  recipients: Type.Array(
    Type.Object({
      address: addressSchema,
      standing: standingSchema,
      leftAt: orNull(instantSchema),
      writtenAt: orNull(instantSchema),
      trustSpace: Type.Enum(['inside', 'outside', 'unknown']),
      isPatient: Type.Boolean(),
      repeats: orNull(Type.Enum(['address', 'correspondent'])),
      preferred: orNull(addressSchema),
    }),
  ),
});

/** On top of the first page, with an account: what it keeps that matches. */
const keptMatchSchema = Type.Union([
  Type.Object({ kind: Type.Literal('favourite'), recipient: keptRecipientSchema }),
  Type.Object({ kind: Type.Literal('group'), group: groupSchema }),
  Type.Object({ kind: Type.Literal('book'), entry: bookEntrySchema }),
  Type.Object({ kind: Type.Literal('written'), recipient: keptRecipientSchema }),
]);

export const foundCorrespondentsSchema = Type.Object({
  kept: Type.Array(keptMatchSchema),
  items: Type.Array(foundCorrespondentSchema),
  ...searchAnswerForm,
});
