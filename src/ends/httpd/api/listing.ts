import type { Static } from 'typebox';
import { accountParamsSchema } from '../../../../contract/accounts.ts';
import { doneSchema } from '../../../../contract/forms.ts';
import { listingChangeSchema, listingSchema } from '../../../../contract/listing.ts';
import { present } from '../../../base/assert.ts';
import { Refusal } from '../../../base/errors.ts';
import type { Listing, ListingHolder, WantedListing } from '../../../domain/directory/directory.ts';
import type { Account } from '../../../domain/mail/mail.ts';
import { holdersOf } from '../../listing-holders.ts';
import { type AccountView, type ApiParts, accountOf, actOf, operation, wire } from './operation.ts';
import { apiTexts } from './texts.ts';

const noListing = (): Refusal => new Refusal('no-listing', apiTexts.noListing);

/** A personal account stands under the number of who holds it; the domain lets no person say another. */
async function holderOf(
  { product }: ApiParts,
  account: Account,
  given: ListingHolder | undefined,
): Promise<ListingHolder | undefined> {
  if (account.type !== 'PER' || given !== undefined) return given;
  const [identifier] = await holdersOf(product, account);
  return identifier === undefined ? undefined : { resource: 'Practitioner', identifier };
}

/** Asked for the first time, or again after it was withdrawn: what is left out stays as it was, hidden above all. */
function wantedOf(
  { tenantId, accountId, address, type }: Account,
  holder: ListingHolder,
  { known, change }: { readonly known: Listing | undefined; readonly change: Static<typeof listingChangeSchema> },
): WantedListing {
  const { isRedListed = false, rank, service, description, responsible } = { ...known, ...change };
  return {
    account: { tenantId, accountId },
    address,
    type,
    holder,
    isRedListed,
    ...(typeof rank === 'number' && { rank }),
    ...(typeof service === 'string' && { service }),
    ...(typeof description === 'string' && { description }),
    ...(typeof responsible === 'string' && { responsible }),
  };
}

export function registerListing(parts: ApiParts): void {
  const { app, product } = parts;
  const { listings } = product.directory;
  const { db } = product.database;
  const account = { params: accountParamsSchema };

  const stateOf = async (view: AccountView): Promise<Listing> => {
    const found = await listings.listingState(db, view.account);
    if (found === undefined) throw noListing();
    return found;
  };

  const show = operation(parts, apiTexts.listing, { answer: listingSchema, given: account });
  app.get('/api/accounts/:accountId/listing', show, async (request) =>
    wire(await stateOf(await accountOf(parts, request, request.params.accountId))),
  );

  const change = operation(parts, apiTexts.changeListing, {
    answer: listingSchema,
    given: { ...account, body: listingChangeSchema },
  });
  app.put('/api/accounts/:accountId/listing', change, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    const known = await listings.listingState(db, view.account);
    const mail = present(await product.mail.getAccount(db, view.account), 'somebody has rights on no account');
    const { holder: given, ...rest } = request.body;
    const holder = given === undefined && known !== undefined ? known.holder : await holderOf(parts, mail, given);
    if (holder === undefined) throw new Refusal('holder-missing', apiTexts.holderMissing);
    await actOf(parts, view, (act) =>
      known?.isWanted === true
        ? listings.changeListing(act, { account: view.account, holder, ...rest })
        : listings.requestListing(act, wantedOf(mail, holder, { known, change: rest })),
    );
    return wire(await stateOf(view));
  });

  const withdraw = operation(parts, apiTexts.withdrawListing, { answer: doneSchema, given: account });
  app.delete('/api/accounts/:accountId/listing', withdraw, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    await stateOf(view);
    return { done: await actOf(parts, view, (act) => listings.withdrawListing(act, view.account)) };
  });

  const retry = operation(parts, apiTexts.retryListing, { answer: doneSchema, given: account });
  app.post('/api/accounts/:accountId/listing/retry', retry, async (request) => {
    const view = await accountOf(parts, request, request.params.accountId);
    await stateOf(view);
    await actOf(parts, view, (act) => listings.retryListing(act, view.account));
    return { done: true };
  });
}
