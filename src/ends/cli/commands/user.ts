import { Refusal } from '../../../base/errors.ts';
import { asId, isUuid, type TenantId } from '../../../base/ids.ts';
import { Secret } from '../../../base/secret.ts';
import { defaultScopes, type PersonRef, type Role, type Scope } from '../../../domain/access/access.ts';
import type { Product } from '../../product.ts';
import { type Command, exitCode, type Invocation, UsageFault } from '../cli.ts';
import { administer } from '../console.ts';
import { cliTexts } from '../texts.ts';

const texts = cliTexts.user;
const roles: readonly Role[] = [
  'holder',
  'associate',
  'replacement',
  'assistant',
  'it-administrator',
  'data-protection',
  'auditor',
];
const scopes: readonly Scope[] = ['submission', 'imap', 'jmap', 'api'];

export function oneOf<T extends string>(known: readonly T[], text: string, say: (text: string) => string): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new UsageFault(say(text));
  return found;
}

function scopeOf(text: string): Scope {
  return oneOf(scopes, text.trim(), texts.badScope);
}

export async function personByLogin(product: Product, login: string): Promise<PersonRef> {
  const person = await product.access.findPersonByLogin(product.database.db, login);
  if (person === undefined) throw new Refusal('unknown-person', texts.unknown(login));
  return person;
}

export function tenantOption(invocation: Invocation): TenantId {
  const text = invocation.required('tenant');
  if (!isUuid(text)) throw new UsageFault(texts.tenant);
  return asId<TenantId>(text);
}

function changing(
  name: 'disable' | 'enable',
  summary: string,
  say: (login: string, isChanged: boolean) => string,
): Command {
  return {
    name: `user ${name}`,
    summary,
    usage: '--login L',
    options: { login: { type: 'string', help: texts.login } },
    async run(invocation) {
      const login = invocation.required('login');
      const product = await invocation.product();
      const person = await personByLogin(product, login);
      const { access } = product;
      const isChanged = await administer(
        product,
        (act) => (name === 'disable' ? access.disablePerson(act, person) : access.enablePerson(act, person)),
        { mayChangeNothing: true },
      );
      invocation.print({ ...person, changed: isChanged }, [say(login, isChanged)]);
      return exitCode.done;
    },
  };
}

export const userCommands: readonly Command[] = [
  {
    name: 'tenant list',
    summary: cliTexts.tenant.listSummary,
    usage: '',
    options: {},
    async run(invocation) {
      const { access, database } = await invocation.product();
      const tenants = await access.listTenants(database.db);
      const lines = tenants.map((tenant) => `${tenant.tenantId}  ${tenant.name}`);
      invocation.print(tenants, lines.length === 0 ? [cliTexts.tenant.none] : lines);
      return exitCode.done;
    },
  },
  {
    name: 'user create',
    summary: texts.createSummary,
    usage: '--login L --name N --title T --role R (--tenant ID | --new-tenant NOM) [--rpps R]',
    options: {
      login: { type: 'string', help: texts.login },
      name: { type: 'string', help: texts.name },
      title: { type: 'string', help: texts.title },
      role: { type: 'string', help: texts.role },
      rpps: { type: 'string', help: texts.rpps },
      tenant: { type: 'string', help: texts.tenant },
      'new-tenant': { type: 'string', help: texts.newTenant },
    },
    async run(invocation) {
      const login = invocation.required('login');
      const wanted = {
        login,
        name: invocation.required('name'),
        title: invocation.required('title'),
        role: oneOf(roles, invocation.required('role'), texts.badRole),
        rpps: invocation.text('rpps') ?? null,
      };
      const newTenant = invocation.text('new-tenant');
      const known = newTenant === undefined ? tenantOption(invocation) : undefined;
      const product = await invocation.product();
      const { access } = product;
      const person = await administer(product, async (act) => {
        const tenantId = known ?? (await access.createTenant(act, { kind: 'practice', name: newTenant ?? '' }));
        return access.createPerson(act, { ...wanted, tenantId });
      });
      invocation.print({ ...person, login }, [texts.created(login, person.personId)]);
      return exitCode.done;
    },
  },
  {
    name: 'user list',
    summary: texts.listSummary,
    usage: '--tenant ID',
    options: { tenant: { type: 'string', help: texts.tenant } },
    async run(invocation) {
      const tenantId = tenantOption(invocation);
      const { access, database } = await invocation.product();
      const persons = await access.listPersons(database.db, tenantId);
      invocation.print(
        persons,
        persons.map((person) =>
          [person.personId, `${person.name}, ${person.title}`, person.isDisabled ? texts.isDisabled : '']
            .join('  ')
            .trimEnd(),
        ),
      );
      return exitCode.done;
    },
  },
  {
    name: 'user password',
    summary: texts.passwordSummary,
    usage: '--login L',
    options: { login: { type: 'string', help: texts.login } },
    async run(invocation) {
      const login = invocation.required('login');
      const product = await invocation.product();
      const person = await personByLogin(product, login);
      if (process.stdin.isTTY) invocation.io.err(`${texts.passwordPrompt}\n`);
      // From standard input: an argument would stand in the process list and in the shell's history.
      const password = new Secret((await invocation.io.read()).replace(/\r?\n$/, ''));
      await administer(product, (act) => product.access.setPassword(act, person, password));
      invocation.print({ changed: true }, [texts.passwordChanged]);
      return exitCode.done;
    },
  },
  {
    name: 'user app-password',
    summary: texts.appPasswordSummary,
    usage: '--login L --label APPAREIL [--scopes submission,imap,jmap,api]',
    options: {
      login: { type: 'string', help: texts.login },
      label: { type: 'string', help: texts.label },
      scopes: { type: 'string', help: texts.scopes },
    },
    async run(invocation) {
      const label = invocation.required('label');
      const given = invocation.text('scopes');
      const wanted = given === undefined ? defaultScopes : given.split(',').map(scopeOf);
      const product = await invocation.product();
      const person = await personByLogin(product, invocation.required('login'));
      const made = await administer(product, (act) =>
        product.access.createAppPassword(act, {
          person,
          label,
          scopes: wanted,
        }),
      );
      const token = made.token.revealText();
      invocation.print({ id: made.id, appPassword: token }, [texts.appPassword(token)]);
      return exitCode.done;
    },
  },
  changing('disable', texts.disableSummary, (login, isChanged) =>
    isChanged ? texts.disabled(login) : texts.wasDisabled(login),
  ),
  changing('enable', texts.enableSummary, (login, isChanged) =>
    isChanged ? texts.enabled(login) : texts.wasEnabled(login),
  ),
];
