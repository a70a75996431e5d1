/** Puts the people, their accounts and their credentials into one operator's database, once. */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLog } from '../src/base/log.ts';
import { Secret } from '../src/base/secret.ts';
import type { PersonRef } from '../src/domain/access/access.ts';
import type { Act } from '../src/domain/audit/audit.ts';
import type { Account, WantedAccount } from '../src/domain/mail/mail.ts';
import { openProduct, type Product } from '../src/ends/product.ts';
import { type Address, parseAddress } from '../src/formats/address/address.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import type { DatabaseUrls } from '../src/platform/db/embedded/databases.ts';
import { importPast } from './past-seed.ts';
import { type DemoAccount, type DemoOperator, type DemoPerson, finessOf } from './people.ts';
import type { WorldOperator } from './world.ts';

export interface Credentials {
  readonly login: string;
  readonly password: string;
  readonly appPassword: string;
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new TypeError(`not an address: ${text}`);
  return address;
}

/** Easy to read aloud, and within the rule of the mémento: a word of the practice and random digits. */
function newPassword(): string {
  return `Tilleuls-${randomBytes(5).toString('hex')}`;
}

/** As the stand-in Annuaire knows the people: in their house. What nobody outside writes to is not told of. */
function listingOf(
  { place, administrator }: DemoOperator,
  { address, type, displayName }: DemoAccount,
  rpps: string | null,
): Pick<WantedAccount, 'listing'> {
  if (place === undefined || address === administrator) return {};
  const organization = `1${finessOf(place)}`;
  if (type === 'ORG') {
    const holder = { resource: 'Organization', identifier: organization } as const;
    return { listing: { holder, isRedListed: false, service: displayName } };
  }
  if (rpps === null) return {};
  const holder = { resource: 'PractitionerRole', identifier: `8${rpps}`, organization } as const;
  return { listing: { holder, isRedListed: false } };
}

class Seeding {
  readonly #product: Product;
  readonly #act: Act;
  readonly #accounts = new Map<string, Account>();
  readonly credentials: Credentials[] = [];

  constructor(product: Product, act: Act) {
    this.#product = product;
    this.#act = act;
  }

  async operator(demo: DemoOperator): Promise<void> {
    const { access } = this.#product;
    const tenantId = await access.createTenant(this.#act, { kind: demo.tenantKind, name: demo.tenantName });
    const open = async (account: DemoAccount, rpps: string | null): Promise<void> => {
      const { type, displayName } = account;
      const address = addressOf(account.address);
      const quotaBytes = this.#product.config.limits.accountQuotaBytes;
      const made = await this.#product.mail.createAccount(this.#act, {
        tenantId,
        type,
        address,
        displayName,
        quotaBytes,
        ...listingOf(demo, account, rpps),
      });
      this.#accounts.set(account.address, made);
    };
    for (const account of demo.shared) await open(account, null);
    for (const person of demo.people) {
      const { login, name, rpps, title, role } = person;
      const made = await access.createPerson(this.#act, { tenantId, login, name, rpps, title, role });
      for (const account of person.holds) await open(account, rpps);
      await this.#open(person, made);
    }
    await importPast(this.#product.mail, this.#act, this.#accounts, this.#product.clock.now());
  }

  async #open(person: DemoPerson, made: PersonRef): Promise<void> {
    const { access } = this.#product;
    const give = async (address: string, rights: readonly ('own' | 'read' | 'write' | 'send')[]): Promise<void> => {
      const account = this.#accounts.get(address);
      if (account === undefined) throw new TypeError(`no demo account: ${address}`);
      await access.delegate(this.#act, { account, personId: made.personId, rights });
    };
    for (const account of person.holds) await give(account.address, ['own']);
    for (const address of person.shares) await give(address, ['read', 'write', 'send']);
    const password = newPassword();
    await access.setPassword(this.#act, made, new Secret(password));
    const { token } = await access.createAppPassword(this.#act, {
      person: made,
      label: 'Bac à sable',
      scopes: ['submission', 'imap', 'jmap', 'api'],
    });
    this.credentials.push({ login: person.login, password, appPassword: token.revealText() });
  }
}

/** Seeds the operator if its people are not there yet; their credentials are kept in `people.json`, for the sandbox alone. */
export async function seedOperator(operator: WorldOperator, urls: DatabaseUrls): Promise<readonly Credentials[]> {
  const file = path.join(path.dirname(operator.configPath), 'people.json');
  const config = await loadConfig({ mode: 'sandbox', environment: { HYGIE_CONFIG: operator.configPath } });
  const ways = { ...urls, takesRole: false };
  const product = await openProduct({ config, log: silentLog, ways, applicationName: 'hygie sandbox' });
  try {
    const first = operator.demo.people[0]?.login ?? '';
    if ((await product.access.findPersonByLogin(product.database.db, first)) !== undefined) {
      return JSON.parse(await readFile(file, 'utf8')) as Credentials[]; // written below, before the commit
    }
    return await product.audit.act(
      { actor: { kind: 'system', task: 'sandbox' }, reason: 'demonstration' },
      async (act) => {
        const seeding = new Seeding(product, act);
        await seeding.operator(operator.demo);
        await writeFile(`${file}.next`, JSON.stringify(seeding.credentials, null, 2), { mode: 0o600 });
        await rename(`${file}.next`, file);
        return seeding.credentials;
      },
    );
  } finally {
    await product.close();
  }
}
