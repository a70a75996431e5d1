import { accountParamsSchema } from '../../../../contract/accounts.ts';
import {
  addFavouriteSchema,
  addressBodySchema,
  changeGroupSchema,
  checkedRecipientsSchema,
  checkRecipientsSchema,
  createdSchema,
  createGroupSchema,
  favouritesSchema,
  groupParamsSchema,
  groupsSchema,
} from '../../../../contract/contacts.ts';
import { doneSchema } from '../../../../contract/forms.ts';
import { Refusal } from '../../../base/errors.ts';
import { asId } from '../../../base/ids.ts';
import type { GroupId } from '../../../domain/contacts/contacts.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import { type ApiParts, accountOf, actOf, operation, wire } from './operation.ts';
import { apiTexts } from './texts.ts';

export function addressIn(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Refusal('bad-address', apiTexts.badAddress);
  return address;
}

const account = { params: accountParamsSchema };

/** What the account says of an address: in bodies, never in paths, for it may name a patient. */
export function registerContacts(parts: ApiParts): void {
  const { app, product } = parts;
  const { contacts } = product;
  const { db } = product.database;

  const check = operation(parts, apiTexts.checkRecipients, {
    answer: checkedRecipientsSchema,
    given: { ...account, body: checkRecipientsSchema },
  });
  app.post('/api/accounts/:accountId/recipients/check', check, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    const addresses = request.body.addresses.map(addressIn);
    return wire({ recipients: await contacts.checkRecipients(db, { ...viewer, addresses }) });
  });

  const list = operation(parts, apiTexts.favourites, { answer: favouritesSchema, given: account });
  app.get('/api/accounts/:accountId/favourites', list, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    return wire({ favourites: await contacts.listFavourites(db, viewer) });
  });

  const add = operation(parts, apiTexts.addFavourite, {
    answer: doneSchema,
    given: { ...account, body: addFavouriteSchema },
  });
  app.post('/api/accounts/:accountId/favourites', add, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const { name } = request.body;
    const favourite = { address: addressIn(request.body.address), ...(name !== undefined && { name }) };
    await actOf(parts, view, (act) => contacts.addFavourite(act, view.account, favourite));
    return { done: true };
  });

  for (const [path, summary, change] of [
    ['favourites/remove', apiTexts.removeFavourite, contacts.removeFavourite],
    ['preferences', apiTexts.preferAddress, contacts.preferAddress],
    ['preferences/forget', apiTexts.forgetPreference, contacts.forgetPreference],
  ] as const) {
    const route = operation(parts, summary, { answer: doneSchema, given: { ...account, body: addressBodySchema } });
    app.post(`/api/accounts/:accountId/${path}`, route, async (request) => {
      const view = await accountOf(parts, request, request.params.accountId);
      const address = addressIn(request.body.address);
      await actOf(parts, view, (act) => change(act, view.account, address));
      return { done: true };
    });
  }
}

export function registerGroups(parts: ApiParts): void {
  const { app, product } = parts;
  const { contacts } = product;

  const list = operation(parts, apiTexts.groups, { answer: groupsSchema, given: account });
  app.get('/api/accounts/:accountId/groups', list, async (request) => {
    const { viewer } = await accountOf(parts, request, request.params.accountId);
    return wire({ groups: await contacts.listGroups(product.database.db, viewer) });
  });

  const create = operation(parts, apiTexts.createGroup, {
    answer: createdSchema,
    given: { ...account, body: createGroupSchema },
  });
  app.post('/api/accounts/:accountId/groups', create, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const { name, members } = request.body;
    const wanted = { name, members: members.map(addressIn) };
    return { id: await actOf(parts, view, (act) => contacts.createGroup(act, view.account, wanted)) };
  });

  const one = { params: groupParamsSchema };
  const change = operation(parts, apiTexts.changeGroup, {
    answer: doneSchema,
    given: { ...one, body: changeGroupSchema },
  });
  app.patch('/api/accounts/:accountId/groups/:groupId', change, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const id = asId<GroupId>(request.params.groupId);
    const { name, members } = request.body;
    const wanted = {
      ...(name !== undefined && { name }),
      ...(members !== undefined && { members: members.map(addressIn) }),
    };
    await actOf(parts, view, (act) => contacts.changeGroup(act, view.account, id, wanted));
    return { done: true };
  });

  for (const [method, path, summary, move] of [
    ['DELETE', '', apiTexts.removeGroup, contacts.removeGroup],
    ['POST', '/restore', apiTexts.restoreGroup, contacts.restoreGroup],
  ] as const) {
    app.route({
      method,
      url: `/api/accounts/:accountId/groups/:groupId${path}`,
      ...operation(parts, summary, { answer: doneSchema, given: one }),
      handler: async (request) => {
        const view = await accountOf(parts, request, request.params.accountId);
        const id = asId<GroupId>(request.params.groupId);
        await actOf(parts, view, (act) => move(act, view.account, id));
        return { done: true };
      },
    });
  }
}
