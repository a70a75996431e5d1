import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openFoundation } from '../../../testkit/foundation.ts';
import { accessLimits } from '../../base/domain-limits.ts';
import type { Secret } from '../../base/secret.ts';
import type { PersonRef, Role, Session, Settings } from './access.ts';

const system = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
const world = await openFoundation({ after });
const { access, audit, ownerDb } = world;
const { db } = world.database;
let made = 0;

async function person(role: Role = 'holder'): Promise<PersonRef> {
  made += 1;
  const login = `session.${made}`;
  return audit.act(system, async (act) => {
    const tenantId = await access.createTenant(act, { kind: 'practice', name: 'Cabinet' });
    return access.createPerson(act, { tenantId, login, name: 'Dr Anne', rpps: null, title: 'Médecin', role });
  });
}

interface Opened {
  readonly session: Session;
  readonly token: Secret;
}

function open(who: PersonRef, userAgent = 'Firefox'): Promise<Opened> {
  const wanted = { person: who, login: 'anne', userAgent, remoteAddress: '192.0.2.7' };
  return audit.act(system, (act) => access.openSession(act, wanted));
}

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

describe('a session', () => {
  /** When it was opened: its end is told. */
  const openedAt = ({ session }: Opened): Date => later(session.expiresAt, -accessLimits.sessionMs);
  const find = async ({ token }: Opened, at: Date, isUse = true): Promise<boolean> =>
    (await access.findSession(db, { token, at, isUse })) !== undefined;
  const isOpen = ({ session }: Opened, at: Date): Promise<boolean> => {
    const { tenantId } = session.person;
    return access.isSessionOpen(db, { tenantId, sessionId: session.sessionId }, at);
  };

  test('is found by its token alone, and lasts until the last instant of its idle time and not beyond', async () => {
    const one = await open(await person());
    const at = openedAt(one);
    const found = await access.findSession(db, { token: one.token, at, isUse: false });
    assert.deepEqual(found, one.session);
    const last = later(at, accessLimits.sessionIdleMs - 1);
    assert.deepEqual([await find(one, last, false), await isOpen(one, last)], [true, true]);
    const over = later(at, accessLimits.sessionIdleMs);
    assert.deepEqual([await find(one, over), await isOpen(one, over)], [false, false]);
  });

  test('in use is noted once a minute, and stays open; what is no use is not noted', async () => {
    const one = await open(await person());
    const at = openedAt(one);
    const notedAt = async (): Promise<number | undefined> => {
      const { rows } = await sql<{ at: Date }>`
        select last_used_at as at from access.session where id = ${one.session.sessionId}`.execute(db);
      return rows[0]?.at.getTime();
    };
    assert.ok(await find(one, later(at, accessLimits.sessionNotedMs - 1)));
    assert.ok(await find(one, later(at, accessLimits.sessionNotedMs), false));
    assert.equal(await notedAt(), at.getTime());
    assert.ok(await find(one, later(at, accessLimits.sessionNotedMs)));
    assert.equal(await notedAt(), at.getTime() + accessLimits.sessionNotedMs);
    assert.ok(await find(one, later(at, accessLimits.sessionIdleMs), false), 'counted from its last use');
  });

  test('ends twelve hours after it began, however much it is used', async () => {
    const one = await open(await person());
    const at = openedAt(one);
    for (let ms = 0; ms < accessLimits.sessionMs; ms += accessLimits.sessionIdleMs / 2) {
      assert.ok(await find(one, later(at, ms)));
    }
    assert.ok(await find(one, later(one.session.expiresAt, -1)));
    assert.deepEqual(
      [await find(one, one.session.expiresAt), await isOpen(one, one.session.expiresAt)],
      [false, false],
    );
  });

  test('that was ended is not found, once or twice ended; another of the person is', async () => {
    const who = await person();
    const [one, other] = [await open(who), await open(who)];
    const ref = { tenantId: who.tenantId, sessionId: one.session.sessionId };
    const silent = { ...system, silent: 'when-nothing-changed' } as const;
    const elsewhere = { ...ref, tenantId: (await person()).tenantId };
    assert.equal(await audit.act(silent, (act) => access.endSession(act, elsewhere)), false);
    assert.ok(await find(one, openedAt(one)), 'of another tenant, nothing ends');
    assert.equal(await audit.act(system, (act) => access.endSession(act, ref)), true);
    assert.equal(await audit.act(silent, (act) => access.endSession(act, ref)), false);
    assert.deepEqual([await find(one, openedAt(one)), await isOpen(one, openedAt(one))], [false, false]);
    assert.ok(await find(other, openedAt(other)));
  });

  test('too many gives up the one that was used longest ago, at the limit and not before', async () => {
    const who = await person();
    const opened: Opened[] = [];
    for (let count = 0; count < accessLimits.sessionsPerPerson; count += 1) opened.push(await open(who));
    const [first, second] = opened;
    assert.ok(first && second);
    const at = later(openedAt(first), accessLimits.sessionNotedMs);
    assert.ok(await find(first, at), 'used now, so the second is the oldest');
    for (const one of opened) assert.ok(await find(one, at, false));
    await open(who);
    assert.deepEqual([await find(first, at), await find(second, at)], [true, false]);
  });

  test('that is over is forgotten with a later sign-in, a few at a time, its token too', async () => {
    const who = await person();
    for (let count = 0; count <= accessLimits.sessionsForgotten; count += 1) await open(who);
    await sql`update access.session set expires_at = '2020-01-01'
               where tenant_id = ${who.tenantId}`.execute(ownerDb);
    const left = async (table: 'session' | 'session_lookup'): Promise<number> => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from ${sql.table(`access.${table}`)} where tenant_id = ${who.tenantId}`.execute(
        db,
      );
      return rows[0]?.count ?? 0;
    };
    await open(await person());
    assert.deepEqual([await left('session'), await left('session_lookup')], [1, 1]);
    await open(await person());
    assert.deepEqual([await left('session'), await left('session_lookup')], [0, 0]);
  });

  test('keeps what the browser calls itself up to a bound, without what could break a line', async () => {
    const bound = accessLimits.userAgentCharacters;
    for (const [told, kept] of [
      ['a'.repeat(bound), 'a'.repeat(bound)],
      ['a'.repeat(bound + 1), 'a'.repeat(bound)],
      ['Fire\r\nfox\u00e9\u0000', 'Firefox'],
    ] as const) {
      const { session } = await open(await person(), told);
      const { rows } = await sql<{ kept: string }>`
        select user_agent as kept from access.session where id = ${session.sessionId}`.execute(db);
      assert.equal(rows[0]?.kept, kept);
    }
  });

  test('leaves neither its token nor its CSRF token in the database', async () => {
    const { session, token } = await open(await person());
    const { rows } = await sql<{ text: string }>`
      select it::text as text from access.session it union all select it::text from access.session_lookup it`.execute(
      db,
    );
    const dump = rows.map(({ text }) => text).join('\n');
    assert.ok(dump.includes(session.sessionId));
    for (const secret of [token.revealText(), session.csrfToken.revealText()]) {
      assert.ok(!dump.includes(secret) && !dump.includes(Buffer.from(secret).toString('hex')));
    }
    assert.notEqual(session.csrfToken.revealText(), token.revealText());
  });
});

describe('the settings of a person', () => {
  const change = (who: PersonRef, changed: Partial<Settings>, as: PersonRef = who): Promise<Settings> =>
    audit.act({ actor: { kind: 'person', personId: as.personId }, reason: 'test' }, (act) =>
      access.changeSettings(act, who, changed),
    );

  test('are those of everybody until they are changed, and change one by one', async () => {
    const who = await person();
    const before = await access.getSettings(db, who);
    const unchosen = { notifications: false, receipts: 'ask', remoteImages: 'ask', undoSeconds: 10 };
    assert.deepEqual({ ...before, ...unchosen }, before, 'nothing is sent or fetched that was not asked for');
    assert.deepEqual(await change(who, { theme: 'dark' }), { ...before, theme: 'dark' });
    const all: Settings = {
      theme: 'light',
      density: 'compact',
      conversations: false,
      undoSeconds: 30,
      notifications: true,
      receipts: 'never',
      unified: false,
      remoteImages: 'never',
    };
    assert.deepEqual(await change(who, all), all);
    for (const [key, value] of Object.entries(before)) {
      assert.deepEqual(await change(who, { [key]: value }), { ...all, [key]: value });
      await change(who, all);
    }
    assert.deepEqual(await access.getSettings(db, who), all);
    assert.deepEqual(await access.getSettings(db, await person()), before, 'of another, none of it');
  });

  test('that change at the same time are both kept', async () => {
    const who = await person();
    await Promise.all([
      change(who, { theme: 'dark' }),
      change(who, { density: 'compact' }),
      change(who, { unified: false }),
    ]);
    const { theme, density, unified } = await access.getSettings(db, who);
    assert.deepEqual([theme, density, unified], ['dark', 'compact', false]);
  });

  test('are changed by nobody else', async () => {
    const [who, other] = [await person(), await person()];
    await assert.rejects(change(who, { theme: 'dark' }, other), { code: 'not-permitted' });
    const byTask = audit.act(system, (act) => access.changeSettings(act, who, { theme: 'dark' }));
    await assert.rejects(byTask, { code: 'not-permitted' });
    assert.equal((await access.getSettings(db, who)).theme, 'system');
  });
});

describe('a practice', () => {
  const changeAs = (as: PersonRef, tenantId: PersonRef['tenantId'], isOfflineAllowed: boolean): Promise<boolean> =>
    audit.act(
      { actor: { kind: 'person', personId: as.personId }, reason: 'test', silent: 'when-nothing-changed' },
      (act) => access.changePractice(act, tenantId, { isOfflineAllowed }),
    );

  test('is changed by its holders and IT administrators alone, for everybody of it', async () => {
    const roles: readonly Role[] = ['holder', 'it-administrator', 'associate', 'replacement', 'assistant', 'auditor'];
    for (const role of roles) {
      const who = await person(role);
      assert.deepEqual(await access.rolesOf(db, who, new Date()), [role]);
      const may = role === 'holder' || role === 'it-administrator';
      assert.equal(await access.mayChangePractice(db, who, new Date()), may, role);
      assert.deepEqual(await access.getPractice(db, who.tenantId), { name: 'Cabinet', isOfflineAllowed: true });
      if (may) {
        assert.equal(await changeAs(who, who.tenantId, false), true);
        assert.equal(await changeAs(who, who.tenantId, false), false, 'it is so already');
        assert.equal((await access.getPractice(db, who.tenantId)).isOfflineAllowed, false);
      } else {
        await assert.rejects(changeAs(who, who.tenantId, false), { code: 'not-permitted' }, role);
      }
    }
  });

  test('is not changed by the holder of another, nor by who is no longer there', async () => {
    const [who, other] = [await person(), await person()];
    await assert.rejects(changeAs(other, who.tenantId, false), { code: 'not-permitted' });
    await sql`update access.membership set ends_at = starts_at where person_id = ${who.personId}`.execute(ownerDb);
    assert.deepEqual(await access.rolesOf(db, who, new Date()), []);
    await assert.rejects(changeAs(who, who.tenantId, false), { code: 'not-permitted' });
  });
});
