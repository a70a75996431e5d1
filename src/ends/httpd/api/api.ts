/** The API under `/api`, for programs: what it asks and answers is written in `contract/`. */
import { registerAccounts } from './accounts.ts';
import { registerAddressBook } from './address-book.ts';
import { registerContacts, registerGroups } from './contacts.ts';
import { registerDeleted } from './deleted.ts';
import { registerDeliveries } from './deliveries.ts';
import { registerDevices } from './devices.ts';
import { registerDirectory } from './directory.ts';
import { registerListing } from './listing.ts';
import type { ApiParts } from './operation.ts';
import { registerPractice } from './practice.ts';
import { registerSettings } from './settings.ts';
import { registerTemplates } from './templates.ts';
import { registerUnwanted } from './unwanted.ts';

/** The statuses of refusals that ask for another than 400. */
export const refusalStatuses = {
  'signed-out': 401,
  'credentials-refused': 401,
  'browser-refused': 403,
  'foreign-origin': 403,
  'csrf-refused': 403,
  'not-permitted': 403,
  'password-refused': 403,
  'offline-not-allowed': 403,
  'account-unknown': 404,
  'account-destroyed': 404,
  'correspondent-unknown': 404,
  'group-unknown': 404,
  'entry-unknown': 404,
  'email-unknown': 404,
  'administrator-unreachable': 409,
  'no-listing': 404,
  'device-unknown': 404,
  'template-unknown': 404,
  'group-exists': 409,
  'template-exists': 409,
  'too-many-templates': 409,
  'too-many-devices': 409,
  'import-running': 409,
  'media-type-unsupported': 415,
  'too-many-attempts': 429,
} as const;

export function registerApi(parts: ApiParts): void {
  registerAccounts(parts);
  registerDirectory(parts);
  registerContacts(parts);
  registerGroups(parts);
  registerAddressBook(parts);
  registerListing(parts);
  registerDeliveries(parts);
  registerUnwanted(parts);
  registerDeleted(parts);
  registerTemplates(parts);
  registerSettings(parts);
  registerPractice(parts);
  registerDevices(parts);
}
