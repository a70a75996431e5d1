import type { Static } from 'typebox';
import { accountParamsSchema } from '../../../../contract/accounts.ts';
import {
  addressBookSchema,
  changeBookEntrySchema,
  createBookEntrySchema,
  createdSchema,
  entryParamsSchema,
  openedBookEntrySchema,
} from '../../../../contract/contacts.ts';
import { doneSchema } from '../../../../contract/forms.ts';
import { asId } from '../../../base/ids.ts';
import type { BookEntryContent, BookEntryId } from '../../../domain/contacts/contacts.ts';
import { addressIn } from './contacts.ts';
import { type ApiParts, accountOf, actOf, operation, wire } from './operation.ts';
import { apiTexts } from './texts.ts';

function contentOf({ name, address, phone, note }: Static<typeof changeBookEntrySchema>): Partial<BookEntryContent> {
  return {
    ...(name !== undefined && { name }),
    ...(address !== undefined && { address: address === null ? null : addressIn(address) }),
    ...(phone !== undefined && { phone }),
    ...(note !== undefined && { note }),
  };
}

/** The book of the account's tenant: seen and changed by the rights on the account from which it is opened. */
export function registerAddressBook(parts: ApiParts): void {
  const { app, product } = parts;
  const { contacts } = product;
  const account = { params: accountParamsSchema };
  const one = { params: entryParamsSchema };

  const list = operation(parts, apiTexts.addressBook, { answer: addressBookSchema, given: account });
  app.get('/api/accounts/:accountId/address-book', list, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    return wire({ entries: await contacts.listBook(product.database.db, viewer) });
  });

  const create = operation(parts, apiTexts.createBookEntry, {
    answer: createdSchema,
    given: { ...account, body: createBookEntrySchema },
  });
  app.post('/api/accounts/:accountId/address-book', create, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const { name, address, phone, note } = request.body;
    const wanted = { name, address: address === null ? null : addressIn(address), phone, note };
    return { id: await actOf(parts, view, (act) => contacts.createBookEntry(act, view.account, wanted)) };
  });

  const open = operation(parts, apiTexts.openBookEntry, { answer: openedBookEntrySchema, given: one });
  app.get('/api/accounts/:accountId/address-book/:entryId', open, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const id = asId<BookEntryId>(request.params.entryId);
    return wire(await actOf(parts, view, (act) => contacts.openBookEntry(act, view.account, id)));
  });

  const change = operation(parts, apiTexts.changeBookEntry, {
    answer: doneSchema,
    given: { ...one, body: changeBookEntrySchema },
  });
  app.patch('/api/accounts/:accountId/address-book/:entryId', change, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const id = asId<BookEntryId>(request.params.entryId);
    const content = contentOf(request.body);
    await actOf(parts, view, (act) => contacts.changeBookEntry(act, view.account, id, content));
    return { done: true };
  });

  for (const [method, path, summary, move] of [
    ['DELETE', '', apiTexts.removeBookEntry, contacts.removeBookEntry],
    ['POST', '/restore', apiTexts.restoreBookEntry, contacts.restoreBookEntry],
  ] as const) {
    app.route({
      method,
      url: `/api/accounts/:accountId/address-book/:entryId${path}`,
      ...operation(parts, summary, { answer: doneSchema, given: one }),
      handler: async (request) => {
        const view = await accountOf(parts, request, request.params.accountId);
        const id = asId<BookEntryId>(request.params.entryId);
        await actOf(parts, view, (act) => move(act, view.account, id));
        return { done: true };
      },
    });
  }
}
