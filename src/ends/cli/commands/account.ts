import { Refusal } from '../../../base/errors.ts';
import { mib } from '../../../base/limits.ts';
import type { PersonRef, Right } from '../../../domain/access/access.ts';
import type { Account, AccountType, WantedAccount } from '../../../domain/mail/mail.ts';
import { type Address, domainOf, maskAddress, parseAddress } from '../../../formats/address/address.ts';
import type { Product } from '../../product.ts';
import { type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { administer } from '../console.ts';
import { formatBytes } from '../format.ts';
import { cliTexts } from '../texts.ts';
import { oneOf, personByLogin, tenantOption } from './user.ts';

const texts = cliTexts.account;
const types: readonly AccountType[] = ['PER', 'ORG', 'APP'];
const rights: readonly Right[] = ['own', 'read', 'write', 'send', 'manage'];

export function addressOption(invocation: Invocation, name = 'address'): Address {
  const text = invocation.required(name);
  const address = parseAddress(text);
  if (address === undefined) throw new UsageFault(texts.badAddress(text));
  return address;
}

export async function accountAt(product: Product, address: Address): Promise<Account> {
  const found = await product.mail.findAccount(product.database.db, address);
  const account = found === undefined ? undefined : await product.mail.getAccount(product.database.db, found);
  if (account === undefined) throw new Refusal('unknown-account', texts.unknown(maskAddress(address)));
  return account;
}

function quotaOption(invocation: Invocation): number | undefined {
  const text = invocation.text('quota');
  if (text === undefined) return undefined;
  const megabytes = Number(text);
  if (!Number.isSafeInteger(megabytes) || megabytes < 1) throw new UsageFault(texts.badQuota);
  return megabytes * mib;
}

/** What is shown of an account: a patient's address and name are traits (invariant 9), its identifier names it. */
function shown(account: Account): Omit<Account, 'address' | 'displayName'> & { address: string; displayName: string } {
  const address = maskAddress(account.address);
  return { ...account, address, displayName: address === account.address ? account.displayName : '***' };
}

function line(account: Account): string {
  return texts.line({
    address: maskAddress(account.address),
    type: account.type,
    emails: account.emailCount,
    used: formatBytes(account.usedBytes),
    quota: formatBytes(account.quotaBytes),
    closed: account.isClosed,
  });
}

/** How the national directory is to show the new account; undefined when it is not to hear of it. */
async function listingOption(
  invocation: Invocation,
  product: Product,
  { type, holder }: { readonly type: AccountType; readonly holder: PersonRef | undefined },
): Promise<WantedAccount['listing']> {
  const organization = invocation.text('structure');
  const isRedListed = invocation.flag('red-list');
  if (!invocation.flag('listed')) {
    if (organization !== undefined || isRedListed) throw new UsageFault(texts.onlyListed);
    return undefined;
  }
  if (type !== 'PER') {
    if (organization === undefined) throw new UsageFault(texts.listedNeedsStructure);
    return { holder: { resource: 'Organization', identifier: organization }, isRedListed };
  }
  const person = holder && (await product.access.getPerson(product.database.db, holder));
  if (person === undefined || person.rpps === null) throw new UsageFault(texts.listedNeedsHolder);
  const identifier = `8${person.rpps}`;
  return organization === undefined
    ? { holder: { resource: 'Practitioner', identifier }, isRedListed }
    : { holder: { resource: 'PractitionerRole', identifier, organization }, isRedListed };
}

const create: Command = {
  name: 'account create',
  summary: texts.createSummary,
  usage:
    '--address A --type PER|ORG|APP --display-name N (--holder LOGIN | --tenant ID) [--quota MO] [--listed [--structure ID] [--red-list]]',
  options: {
    address: { type: 'string', help: texts.address },
    type: { type: 'string', help: texts.type },
    'display-name': { type: 'string', help: texts.displayName },
    holder: { type: 'string', help: texts.holder },
    tenant: { type: 'string', help: cliTexts.user.tenant },
    quota: { type: 'string', help: texts.quota },
    listed: { type: 'boolean', help: texts.listed },
    structure: { type: 'string', help: texts.structure },
    'red-list': { type: 'boolean', help: texts.redListed },
  },
  async run(invocation) {
    const address = addressOption(invocation);
    const type = oneOf(types, invocation.required('type'), texts.badType);
    const displayName = invocation.required('display-name');
    const quotaBytes = quotaOption(invocation);
    const product = await invocation.product();
    if (!product.config.operator.domains.includes(domainOf(address))) {
      throw new Refusal('foreign-domain', texts.foreignDomain(domainOf(address)));
    }
    const holderLogin = invocation.text('holder');
    const holder = holderLogin === undefined ? undefined : await personByLogin(product, holderLogin);
    const tenantId = holder?.tenantId ?? tenantOption(invocation);
    const listing = await listingOption(invocation, product, { type, holder });
    const account = await administer(product, async (act) => {
      const made = await product.mail.createAccount(act, {
        tenantId,
        type,
        address,
        displayName,
        quotaBytes: quotaBytes ?? product.config.limits.accountQuotaBytes,
        ...(listing !== undefined && { listing }),
      });
      if (holder !== undefined) {
        await product.access.delegate(act, { account: made, personId: holder.personId, rights: ['own'] });
      }
      return made;
    });
    invocation.print(shown(account), [texts.created(maskAddress(address))]);
    return exitCode.done;
  },
};

const list: Command = {
  name: 'account list',
  summary: texts.listSummary,
  usage: '',
  options: {},
  async run(invocation) {
    const { mail, database } = await invocation.product();
    const accounts: Account[] = [];
    for (;;) {
      const last = accounts.at(-1);
      const page = await mail.listAccounts(database.db, { limit: 200, ...(last === undefined ? {} : { after: last }) });
      accounts.push(...page);
      if (page.length < 200) break;
    }
    invocation.print(accounts.map(shown), accounts.map(line));
    return exitCode.done;
  },
};

const show: Command = {
  name: 'account show',
  summary: texts.showSummary,
  usage: '--address A',
  options: { address: { type: 'string', help: texts.address } },
  async run(invocation) {
    const address = addressOption(invocation);
    const product = await invocation.product();
    const { db } = product.database;
    const account = await accountAt(product, address);
    const mailboxes = await product.mail.listMailboxes(db, account);
    const persons = await product.access.personsWithRights(db, account, new Date());
    invocation.print({ ...shown(account), mailboxes, persons }, [
      line(account),
      ...mailboxes.map((mailbox) => `  ${mailbox.name}  ${mailbox.totalEmails} (${mailbox.unreadEmails})`),
    ]);
    return exitCode.done;
  },
};

const quota: Command = {
  name: 'account quota',
  summary: texts.quotaSummary,
  usage: '--address A --quota MO',
  options: {
    address: { type: 'string', help: texts.address },
    quota: { type: 'string', help: texts.quota },
  },
  async run(invocation) {
    const address = addressOption(invocation);
    const quotaBytes = quotaOption(invocation);
    if (quotaBytes === undefined) throw new UsageFault(cliTexts.missingOption('quota'));
    const product = await invocation.product();
    const account = await accountAt(product, address);
    await administer(product, (act) => product.mail.setQuota(act, account, quotaBytes));
    invocation.print({ address: maskAddress(address), quotaBytes }, [texts.quotaChanged]);
    return exitCode.done;
  },
};

const close: Command = {
  name: 'account close',
  summary: texts.closeSummary,
  usage: '--address A',
  options: { address: { type: 'string', help: texts.address } },
  async run(invocation) {
    const address = addressOption(invocation);
    const product = await invocation.product();
    const account = await accountAt(product, address);
    await administer(product, (act) => product.mail.closeAccount(act, account));
    const masked = maskAddress(address);
    invocation.print({ address: masked, closed: true }, [texts.closed(masked)]);
    return exitCode.done;
  },
};

const grant: Command = {
  name: 'account grant',
  summary: texts.grantSummary,
  usage: '--address A --login L --rights read,write,send',
  options: {
    address: { type: 'string', help: texts.address },
    login: { type: 'string', help: cliTexts.user.login },
    rights: { type: 'string', help: texts.rights },
  },
  async run(invocation) {
    const address = addressOption(invocation);
    const wanted = invocation
      .required('rights')
      .split(',')
      .map((right) => oneOf(rights, right.trim(), texts.badRight));
    const product = await invocation.product();
    const person = await personByLogin(product, invocation.required('login'));
    const account = await accountAt(product, address);
    await administer(product, (act) =>
      product.access.delegate(act, { account, personId: person.personId, rights: wanted }),
    );
    const { personId } = person;
    invocation.print({ address: maskAddress(address), personId, rights: wanted }, [texts.granted]);
    return exitCode.done;
  },
};

const revoke: Command = {
  name: 'account revoke',
  summary: texts.revokeSummary,
  usage: '--address A --login L',
  options: {
    address: { type: 'string', help: texts.address },
    login: { type: 'string', help: cliTexts.user.login },
  },
  async run(invocation) {
    const address = addressOption(invocation);
    const login = invocation.required('login');
    const product = await invocation.product();
    const { personId } = await personByLogin(product, login);
    const account = await accountAt(product, address);
    await administer(product, (act) => product.access.revokeDelegation(act, account, personId));
    invocation.print({ address: maskAddress(address), personId }, [texts.revoked]);
    return exitCode.done;
  },
};

export const accountCommands: readonly Command[] = [create, list, show, quota, close, grant, revoke];
