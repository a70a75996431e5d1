import { Refusal } from '../../../base/errors.ts';
import type { Listing, ListingHolder } from '../../../domain/directory/directory.ts';
import type { Account } from '../../../domain/mail/mail.ts';
import { type Address, maskAddress, parseAddress } from '../../../formats/address/address.ts';
import { holdersOf } from '../../listing-holders.ts';
import type { Product } from '../../product.ts';
import { type Command, type ExitCode, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { administer } from '../console.ts';
import { cliTexts } from '../texts.ts';
import { accountAt } from './account.ts';
import { directoryTexts as texts } from './directory-texts.ts';

const page = 200;
const deeds = ['red-list', 'visible', 'remove', 'state'] as const;

/** What can be done only to what was asked for once: to show what never was would publish it. */
const needsListing: ReadonlySet<ReturnType<typeof deedOf>> = new Set(['state', 'remove', 'visible'] as const);

function line({ address, type, state, isRedListed, explanation }: Listing): string {
  const shown = texts.listingStates[state];
  return texts.listing([type, address, shown, isRedListed ? texts.redListed : '', explanation ?? '']);
}

function deedOf(invocation: Invocation): (typeof deeds)[number] | undefined {
  const given = deeds.filter((deed) => invocation.flag(deed));
  if (given.length > 1) throw new UsageFault(texts.onlyOne);
  return given[0];
}

async function allListings({ directory: { listings }, database }: Product): Promise<readonly Listing[]> {
  const found: Listing[] = [];
  for (;;) {
    const last = found.at(-1)?.account;
    const next = await listings.listListings(database.db, {
      limit: page,
      ...(last === undefined ? {} : { after: last }),
    });
    found.push(...next);
    if (next.length < page) return found;
  }
}

async function holderFor(invocation: Invocation, product: Product, account: Account): Promise<ListingHolder> {
  const structure = invocation.text('structure');
  if (account.type !== 'PER') {
    if (structure === undefined) throw new UsageFault(texts.needsHolder);
    return { resource: 'Organization', identifier: structure };
  }
  const rpps = invocation.text('rpps');
  if (rpps !== undefined && !/^\d{11}$/.test(rpps)) throw new UsageFault(texts.badRpps);
  const identifier = rpps === undefined ? (await holdersOf(product, account))[0] : `8${rpps}`;
  if (identifier === undefined) throw new UsageFault(texts.needsHolder);
  return structure === undefined
    ? { resource: 'Practitioner', identifier }
    : { resource: 'PractitionerRole', identifier, organization: structure };
}

function changesOf(invocation: Invocation) {
  const [service, description, responsible] = ['service', 'description', 'responsible'].map((name) =>
    invocation.text(name),
  );
  return {
    ...(service !== undefined && { service }),
    ...(description !== undefined && { description }),
    ...(responsible !== undefined && { responsible }),
  };
}

/** Writes the wish down: what is new is asked for, what is there is changed. */
async function wish(invocation: Invocation, product: Product, account: Account, known: Listing | undefined) {
  const deed = deedOf(invocation);
  const { listings } = product.directory;
  if (deed === 'remove') {
    await administer(product, (act) => listings.withdrawListing(act, account), { mayChangeNothing: true });
    return;
  }
  const isGiven = invocation.text('rpps') !== undefined || invocation.text('structure') !== undefined;
  const texted = changesOf(invocation);
  if (known?.isWanted === true) {
    const holder = isGiven ? { holder: await holderFor(invocation, product, account) } : {};
    const isRedListed = deed === undefined ? {} : { isRedListed: deed === 'red-list' };
    await administer(product, (act) => listings.changeListing(act, { account, ...holder, ...isRedListed, ...texted }));
    return;
  }
  const holder = known === undefined || isGiven ? await holderFor(invocation, product, account) : known.holder;
  const { address, type } = account;
  // What was hidden before it was withdrawn stays hidden.
  const isRedListed = deed === undefined ? (known?.isRedListed ?? false) : deed === 'red-list';
  await administer(product, (act) =>
    listings.requestListing(act, { account, address, type, holder, isRedListed, ...texted }),
  );
}

function codeOf(listing: Listing): ExitCode {
  if (listing.state === 'refused') return exitCode.refused;
  return listing.state === 'waiting' && listing.fault !== null ? exitCode.temporary : exitCode.done;
}

async function publishOne(invocation: Invocation, address: Address): Promise<ExitCode> {
  const product = await invocation.product();
  const { directory, database, clock } = product;
  const { listings } = directory;
  const account = await accountAt(product, address);
  const known = await listings.listingState(database.db, account);
  const isChange = deedOf(invocation) !== 'state';
  const masked = maskAddress(address);
  if (known === undefined && needsListing.has(deedOf(invocation))) {
    throw new Refusal('no-listing', texts.noListing(masked));
  }
  if (isChange) await wish(invocation, product, account, known);
  const run = isChange ? await listings.publishDue(clock.now()) : undefined;
  const listing = await listings.listingState(database.db, account);
  if (listing === undefined) throw new Refusal('no-listing', texts.noListing(masked));
  const notes = run?.kind === 'off' ? [texts.run.off] : run?.kind === 'paused' ? [texts.run.paused] : [];
  invocation.print(listing, [line(listing), ...notes]);
  return codeOf(listing);
}

export const publishCommand: Command = {
  name: 'directory publish',
  summary: texts.publishSummary,
  usage: '[ADRESSE] [--red-list | --visible | --remove | --state]',
  options: {
    'red-list': { type: 'boolean', help: texts.redList },
    visible: { type: 'boolean', help: texts.visible },
    remove: { type: 'boolean', help: texts.remove },
    state: { type: 'boolean', help: texts.state },
    rpps: { type: 'string', help: texts.rpps },
    structure: { type: 'string', help: texts.structure },
    service: { type: 'string', help: texts.service },
    description: { type: 'string', help: texts.description },
    responsible: { type: 'string', help: texts.responsible },
  },
  mostArguments: 1,
  async run(invocation) {
    const deed = deedOf(invocation);
    const [text] = invocation.positionals;
    if (text !== undefined) {
      const address = parseAddress(text);
      if (address === undefined) throw new UsageFault(cliTexts.account.badAddress(text));
      return publishOne(invocation, address);
    }
    if (deed !== undefined && deed !== 'state') throw new UsageFault(texts.needsAddress);
    const product = await invocation.product();
    const run = deed === 'state' ? undefined : await product.directory.listings.publishDue(product.clock.now());
    const all = await allListings(product);
    const notes = run?.kind === 'off' ? [texts.run.off] : run?.kind === 'paused' ? [texts.run.paused] : [];
    invocation.print(all, [...(all.length === 0 ? [texts.noListings] : all.map(line)), ...notes]);
    return all.some(({ state }) => state === 'refused') ? exitCode.refused : exitCode.done;
  },
};
