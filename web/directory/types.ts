/** What the directory's routes answer: the types of their contract. */
import type { Static } from 'typebox';
import type {
  addressBookSchema,
  checkedRecipientsSchema,
  createBookEntrySchema,
  favouritesSchema,
  foundCorrespondentsSchema,
  groupsSchema,
  openedBookEntrySchema,
} from '../../contract/contacts.ts';
import type { cardSchema, completionSchema, directoryStatusSchema } from '../../contract/directory.ts';

export type Found = Static<typeof foundCorrespondentsSchema>;
export type Correspondent = Found['items'][number];
export type Kept = Found['kept'][number];
export type Card = Static<typeof cardSchema>;
export type Place = NonNullable<Correspondent['place']>;
export type BoxType = Correspondent['addresses'][number]['type'];
export type Completion = Static<typeof completionSchema>;
export type Status = Static<typeof directoryStatusSchema>;
export type Group = Static<typeof groupsSchema>['groups'][number];
export type Groups = Static<typeof groupsSchema>;
export type Favourites = Static<typeof favouritesSchema>;
export type BookEntry = Static<typeof addressBookSchema>['entries'][number];
export type Book = Static<typeof addressBookSchema>;
export type OpenedEntry = Static<typeof openedBookEntrySchema>;
export type EntryContent = Static<typeof createBookEntrySchema>;
export type Checked = Static<typeof checkedRecipientsSchema>;
