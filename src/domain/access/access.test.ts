import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openFoundation } from '../../../testkit/foundation.ts';
import { accessLimits } from '../../base/domain-limits.ts';
import { type AccountId, newId, type TenantId } from '../../base/ids.ts';
import { Secret } from '../../base/secret.ts';
import { type Address, parseAddress } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { PersonRef, Right, Role } from './access.ts';

const system = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed);
  return parsed;
}

const world = await openFoundation({ after });
const tenantId = await world.audit.act(system, (made) =>
  world.access.createTenant(made, { kind: 'practice', name: 'Cabinet' }),
);

describe('access', () => {
  const act = <T>(body: (act: Act) => Promise<T>): Promise<T> => world.audit.act(system, body);
  const person = (login: string, tenant: TenantId = tenantId, role: Role = 'holder'): Promise<PersonRef> =>
    act((made) =>
      world.access.createPerson(made, {
        tenantId: tenant,
        login,
        name: 'Dr Ombeline Tréguier',
        rpps: null,
        title: 'Sage-femme',
        role,
      }),
    );
  const practice = (): Promise<TenantId> =>
    act((made) => world.access.createTenant(made, { kind: 'practice', name: 'Cabinet' }));

  describe('app passwords', () => {
    const tokens = async (login: string) => {
      const holder = await person(login);
      const made = await act((one) =>
        world.access.createAppPassword(one, { person: holder, label: 'Thunderbird', scopes: ['submission'] }),
      );
      return { holder, ...made };
    };
    const signIn = (
      login: string,
      token: Secret,
      more: { scope?: 'submission' | 'imap'; from?: string; at?: Date } = {},
    ) =>
      world.access.authenticateAppPassword(world.database.db, {
        login,
        token,
        scope: more.scope ?? 'submission',
        remoteAddress: more.from ?? '192.0.2.1',
        at: more.at ?? new Date(),
      });

    test('open what they were made for, however the token is typed', async () => {
      const { holder, token } = await tokens('app.good');
      const typed = new Secret(` ${token.revealText().toUpperCase().replaceAll('-', ' ')}`);
      for (const one of [token, typed]) {
        const answer = await signIn(' App.Good ', one);
        assert.equal(answer.kind, 'accepted');
        assert.deepEqual(answer.kind === 'accepted' && answer.person, holder);
      }
    });

    test('open nothing else: other scope, other login, altered token, revoked', async () => {
      const { token, id } = await tokens('app.other');
      await person('app.neighbour');
      assert.equal((await signIn('app.other', token, { scope: 'imap' })).kind, 'refused');
      assert.equal((await signIn('app.neighbour', token)).kind, 'refused');
      assert.equal((await signIn('app.nobody', token)).kind, 'refused');
      const altered = token.revealText().replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      assert.equal((await signIn('app.other', new Secret(altered))).kind, 'refused');
      await act((one) => world.access.revokeAppPassword(one, tenantId, id));
      assert.equal((await signIn('app.other', token)).kind, 'refused');
    });

    test('slow down whoever guesses, at the limit and not before, without locking the person out elsewhere', async () => {
      const { token } = await tokens('app.guessed');
      const at = new Date('2026-11-22T10:00:00Z');
      const wrong = new Secret('wrong');
      for (let attempt = 0; attempt < accessLimits.failuresPerWindow; attempt += 1) {
        assert.equal((await signIn('app.guessed', wrong, { from: '192.0.2.66', at })).kind, 'refused');
      }
      const slowed = await signIn('app.guessed', wrong, { from: '192.0.2.66', at });
      assert.deepEqual(slowed, { kind: 'slowed', retryAfterSeconds: accessLimits.failureWindowSeconds });
      assert.equal((await signIn('app.guessed', token, { from: '192.0.2.66', at })).kind, 'slowed');
      assert.equal((await signIn('app.guessed', token, { from: '192.0.2.7', at })).kind, 'accepted');
      const later = new Date(at.getTime() + accessLimits.failureWindowSeconds * 1000);
      assert.equal((await signIn('app.guessed', token, { from: '192.0.2.66', at: later })).kind, 'accepted');
    });

    test('forget failures once their window is over, so that guessing fills no disk', async () => {
      const at = new Date('2026-11-22T12:00:00Z');
      const wrong = new Secret('wrong');
      for (let guess = 0; guess < 2 * accessLimits.windowsForgotten; guess += 1) {
        await signIn(`app.guess.${guess}`, wrong, { at });
      }
      const later = (windows: number) => new Date(at.getTime() + windows * accessLimits.failureWindowSeconds * 1000);
      const kept = async () => {
        const { rows } = await sql<{ count: number }>`
          select count(*) from platform.rate_limit where window_start <= ${at}`.execute(world.database.db);
        return rows[0]?.count ?? 0;
      };
      const before = await kept();
      await signIn('app.guess.0', wrong, { at: later(1) });
      assert.equal(await kept(), before - accessLimits.windowsForgotten);
      while ((await kept()) > 0) await signIn('app.guess.0', wrong, { at: later(2) });
    });

    test('leave no token and no name in the database', async () => {
      const { token } = await tokens('app.sealed');
      const rows: string[] = [];
      for (const table of ['app_password', 'app_password_lookup', 'person', 'login_lookup']) {
        const found = await sql<{
          text: string;
        }>`select it::text as text from ${sql.table(`access.${table}`)} it`.execute(world.ownerDb);
        rows.push(...found.rows.map((row) => row.text));
      }
      const dump = rows.join('\n');
      assert.ok(rows.length > 0);
      for (const secret of [
        token.revealText(),
        token.revealText().replaceAll('-', ''),
        'app.sealed',
        'Ombeline',
        'Tréguier',
      ]) {
        assert.ok(!dump.includes(secret) && !dump.includes(Buffer.from(secret).toString('hex')), 'found in the dump');
      }
    });
  });

  describe('passwords', () => {
    const check = (login: string, password: string) =>
      world.access.checkPassword(world.database.db, {
        login,
        password: new Secret(password),
        remoteAddress: '192.0.2.1',
        at: new Date('2026-11-22T14:00:00Z'),
      });

    test('are accepted when right, refused when wrong, unknown or of a person without one', async () => {
      const holder = await person('password.one');
      await person('password.none');
      await act((one) => world.access.setPassword(one, holder, new Secret('js1jvaP€jsf2c')));
      assert.equal((await check('password.one', 'js1jvaP€jsf2c')).kind, 'accepted');
      assert.equal((await check('password.one', 'js1jvaP€jsf2d')).kind, 'refused');
      assert.equal((await check('password.none', 'js1jvaP€jsf2c')).kind, 'refused');
      assert.equal((await check('password.nobody', 'js1jvaP€jsf2c')).kind, 'refused');
    });

    test('are looked at as often as the limit says, also when all guesses come at once', async () => {
      const holder = await person('password.guessed');
      await act((one) => world.access.setPassword(one, holder, new Secret('js1jvaP€jsf2c')));
      const guesses = Array.from({ length: accessLimits.failuresPerWindow + 1 }, () => check('password.guessed', 'no'));
      const kinds = (await Promise.all(guesses)).map(({ kind }) => kind).sort();
      assert.deepEqual(kinds, [...Array(accessLimits.failuresPerWindow).fill('refused'), 'slowed']);
      assert.equal((await check(' Password.Guessed', 'js1jvaP€jsf2c')).kind, 'slowed');
    });

    test('are not locked by a telephone that tries a withdrawn app password from the same place', async () => {
      const holder = await person('password.apart');
      await act((one) => world.access.setPassword(one, holder, new Secret('js1jvaP€jsf2c')));
      for (let count = 0; count <= accessLimits.failuresPerWindow; count += 1) {
        await world.access.authenticateAppPassword(world.database.db, {
          login: 'password.apart',
          token: new Secret('withdrawn'),
          scope: 'imap',
          remoteAddress: '192.0.2.1',
          at: new Date('2026-11-22T14:00:00Z'),
        });
      }
      assert.equal((await check('password.apart', 'js1jvaP€jsf2c')).kind, 'accepted');
    });

    test('are kept as Argon2id of 64 MiB and three passes (RFC 9106 §4)', async () => {
      const holder = await person('password.kept');
      await act((one) => world.access.setPassword(one, holder, new Secret('js1jvaP€jsf2c')));
      const found = await sql<{ hash: string }>`
        select hash from access.password where person_id = ${holder.personId}`.execute(world.ownerDb);
      assert.match(found.rows[0]?.hash ?? '', /^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    });

    test('have twelve characters at least (mémento 2.3.2)', async () => {
      const holder = await person('password.short');
      const set = (text: string) => act((one) => world.access.setPassword(one, holder, new Secret(text)));
      await assert.rejects(set('é'.repeat(accessLimits.passwordCharacters - 1)), { code: 'weak-password' });
      await set('é'.repeat(accessLimits.passwordCharacters));
    });
  });

  test('gives a login once', async () => {
    await person('login.twice');
    await assert.rejects(person('LOGIN.twice '), { code: 'login-taken' });
  });

  test('gives an address once, whatever its case', async () => {
    const account = { tenantId, accountId: newId<AccountId>() };
    const other = { tenantId, accountId: newId<AccountId>() };
    const silent = { ...system, silent: 'when-nothing-changed' } as const;
    await world.audit.act(silent, (one) =>
      world.access.registerAddress(one, address('a.b@x.mssante.example'), account),
    );
    assert.deepEqual(await world.access.findAddress(world.database.db, address('A.B@x.mssante.example')), account);
    await assert.rejects(
      world.audit.act(silent, (one) => world.access.registerAddress(one, address('A.b@x.mssante.example'), other)),
      { code: 'address-taken' },
    );
  });

  describe('delegations', () => {
    const noon = new Date();
    const later = new Date(noon.getTime() + 3_600_000);

    test('hold from their beginning to their end, or to their withdrawal', async () => {
      const holder = await person('delegate.one');
      const account = { tenantId, accountId: newId<AccountId>() };
      const rights = async (at: Date) =>
        [...(await world.access.rightsOn(world.database.db, holder, account, at))].sort();
      await act((one) =>
        world.access.delegate(one, { account, personId: holder.personId, rights: ['read', 'send'], endsAt: later }),
      );
      assert.deepEqual(await rights(new Date(noon.getTime() - 1_000)), []);
      assert.deepEqual(await rights(new Date(later.getTime() - 1)), ['read', 'send']);
      assert.deepEqual(await rights(later), []);
      await act((one) => world.access.revokeDelegation(one, account, holder.personId));
      assert.deepEqual(await rights(new Date(later.getTime() - 1)), []);
    });

    test('name the accounts of a person, each with all that was given on it, while they hold', async () => {
      const holder = await person('delegate.three');
      const mine = { tenantId, accountId: newId<AccountId>() };
      const lent = { tenantId, accountId: newId<AccountId>() };
      const give = (account: typeof mine, rights: readonly Right[], endsAt?: Date) =>
        act((one) =>
          world.access.delegate(one, { account, personId: holder.personId, rights, ...(endsAt && { endsAt }) }),
        );
      await give(mine, ['own']);
      await give(lent, ['read'], later);
      await give(lent, ['send']);
      const held = async (at: Date) =>
        (await world.access.accountsOf(world.database.db, holder, at)).map(({ account, rights }) => [
          account.accountId,
          [...rights].sort(),
        ]);
      const at = new Date(later.getTime() - 1);
      assert.deepEqual(
        await held(at),
        [
          [mine.accountId, ['own']],
          [lent.accountId, ['read', 'send']],
        ].sort(),
      );
      assert.equal((await held(later)).length, 2);
      await act((one) => world.access.revokeDelegation(one, lent, holder.personId));
      assert.deepEqual(await held(at), [[mine.accountId, ['own']]]);
      const elsewhere = { tenantId: await practice(), personId: holder.personId };
      assert.deepEqual(await world.access.accountsOf(world.database.db, elsewhere, at), []);
    });

    test('say nothing to a person of another tenant, even one with the same identifier', async () => {
      const holder = await person('delegate.two');
      const account = { tenantId, accountId: newId<AccountId>() };
      await act((one) => world.access.delegate(one, { account, personId: holder.personId, rights: ['own'] }));
      const elsewhere = { tenantId: await practice(), personId: holder.personId };
      const at = new Date(Date.now() + 1_000);
      assert.equal((await world.access.rightsOn(world.database.db, holder, account, at)).size, 1);
      assert.equal((await world.access.rightsOn(world.database.db, elsewhere, account, at)).size, 0);
      const otherAccount = { tenantId: elsewhere.tenantId, accountId: account.accountId };
      assert.equal((await world.access.rightsOn(world.database.db, holder, otherAccount, at)).size, 0);
    });
  });

  test('opens the name of a person to those who ask for the person', async () => {
    const holder = await person('person.named');
    const found = await world.access.getPerson(world.database.db, holder);
    const traits = { name: 'Dr Ombeline Tréguier', rpps: null, title: 'Sage-femme' };
    assert.deepEqual(found, { ...holder, ...traits, isDisabled: false });
    assert.ok(
      (await world.access.listPersons(world.database.db, tenantId)).some((one) => one.personId === holder.personId),
    );
  });

  test('ends every way in of a person who left, and gives them back', async () => {
    const { db } = world.database;
    const gone = await person('person.gone');
    const account = { tenantId, accountId: newId<AccountId>() };
    const password = new Secret('un mot de passe long');
    const { token } = await act(async (one) => {
      await world.access.setPassword(one, gone, password);
      await world.access.delegate(one, { account, personId: gone.personId, rights: ['own'] });
      return world.access.createAppPassword(one, { person: gone, label: 'Téléphone', scopes: ['submission'] });
    });
    const waysIn = async () => {
      const attempt = { login: 'person.gone', remoteAddress: '192.0.2.7', at: new Date() };
      const byPassword = await world.access.checkPassword(db, { ...attempt, password });
      const byToken = await world.access.authenticateAppPassword(db, { ...attempt, token, scope: 'submission' });
      const rights = await world.access.rightsOn(db, gone, account, new Date());
      const isDisabled = (await world.access.getPerson(db, gone))?.isDisabled;
      return [byPassword.kind, byToken.kind, rights.size, isDisabled];
    };
    const silent = { ...system, silent: 'when-nothing-changed' } as const;
    assert.deepEqual(await waysIn(), ['accepted', 'accepted', 1, false]);
    assert.equal(await act((one) => world.access.disablePerson(one, gone)), true);
    assert.equal(await world.audit.act(silent, (one) => world.access.disablePerson(one, gone)), false);
    assert.deepEqual(await waysIn(), ['refused', 'refused', 0, true]);
    assert.equal(await act((one) => world.access.enablePerson(one, gone)), true);
    assert.deepEqual(await waysIn(), ['accepted', 'accepted', 1, false]);
  });
});
