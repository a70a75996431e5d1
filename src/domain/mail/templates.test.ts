import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { TestMail } from '../../../testkit/mail-store.ts';
import { mailLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import type { Actor } from '../audit/audit.ts';
import type { AccountRef, Template, TemplateContent } from './mail.ts';

const store = await TestMail.open({ after });
const { templates } = store.mail;
const tenantId = await store.createTenant();
const letter: TemplateContent = {
  name: 'Orientation',
  subject: 'Orientation de {{patient}}',
  html: '<p>Cher confrère,</p>',
  text: 'Cher confrère,',
};

const createAccount = (): Promise<AccountRef> => store.createAccount(tenantId);
const list = (account: AccountRef, actor?: Actor): Promise<readonly Template[]> =>
  store.act((act) => templates.list(act, account), actor);
const create = (account: AccountRef, more: Partial<TemplateContent> = {}, actor?: Actor) =>
  store.act((act) => templates.create(act, account, { ...letter, ...more }), actor);

describe('the templates of an account', () => {
  test('are listed whole, in the order of a French dictionary', async () => {
    const account = await createAccount();
    for (const name of ['Zona', 'École', 'Ecchymose', 'Absence 10', 'Absence 9']) await create(account, { name });
    const held = await list(account);
    assert.deepEqual(
      held.map(({ name }) => name),
      ['Absence 9', 'Absence 10', 'Ecchymose', 'École', 'Zona'],
    );
    const { id, changedAt, ...content } = held[4] ?? {};
    assert.deepEqual(content, { ...letter, name: 'Zona' });
    assert.deepEqual(changedAt, store.clock.now());
  });

  test('change by what is given, and are removed', async () => {
    const account = await createAccount();
    const id = await create(account);
    await store.act((act) => templates.change(act, account, id, { text: 'Chère consœur,' }));
    await store.act((act) => templates.change(act, account, id, { name: ' ORIENTATION ' }));
    const [changed] = await list(account);
    assert.deepEqual(
      { ...changed, id: 0, changedAt: 0 },
      {
        ...letter,
        name: 'ORIENTATION',
        text: 'Chère consœur,',
        id: 0,
        changedAt: 0,
      },
    );
    await store.act((act) => templates.remove(act, account, id));
    assert.deepEqual(await list(account), []);
    for (const gone of [id, newId()]) {
      await assert.rejects(
        store.act((act) => templates.change(act, account, gone, { text: '' })),
        {
          code: 'template-unknown',
        },
      );
      await assert.rejects(
        store.act((act) => templates.remove(act, account, gone)),
        { code: 'template-unknown' },
      );
    }
  });

  test('have each a name of their own, told apart neither by capitals nor by accents', async () => {
    const account = await createAccount();
    await create(account, { name: 'Été' });
    await assert.rejects(create(account, { name: 'ete' }), { code: 'template-exists' });
    const other = await create(account, { name: 'Hiver' });
    const renamed = store.act((act) => templates.change(act, account, other, { name: 'ÉTÉ' }));
    await assert.rejects(renamed, { code: 'template-exists' });
    await create(await createAccount(), { name: 'Été' });
  });

  test('are read by who may read, changed by who may write, and unknown to the neighbour', async () => {
    const account = await createAccount();
    const reader = await store.createReader(account, ['read']);
    const writer = await store.createReader(account, ['read', 'write']);
    const manager = await store.createReader(account, ['manage']);
    const neighbour = await store.createReader(await createAccount(), ['own']);
    const id = await create(account, {}, writer);
    assert.equal((await list(account, reader)).length, 1);
    for (const actor of [manager, neighbour]) {
      await assert.rejects(list(account, actor), { code: 'not-permitted' });
    }
    for (const actor of [reader, manager, neighbour]) {
      const deeds = [
        () => create(account, { name: 'Autre' }, actor),
        () => store.act((act) => templates.change(act, account, id, { text: '' }), actor),
        () => store.act((act) => templates.remove(act, account, id), actor),
      ];
      for (const deed of deeds) await assert.rejects(deed, { code: 'not-permitted' });
    }
    const own = await createAccount();
    for (const deed of [
      () => store.act((act) => templates.change(act, own, id, { text: '' })),
      () => store.act((act) => templates.remove(act, own, id)),
    ]) {
      await assert.rejects(deed, { code: 'template-unknown' });
    }
    assert.deepEqual(await list(own), []);
    assert.equal((await list(account)).length, 1);
  });

  test('are bounded: their number, their names and subjects, the size of each and of all', async () => {
    const account = await createAccount();
    const name = (length: number): string => 'n'.repeat(length);
    await create(account, { name: name(mailLimits.templateNameCharacters) });
    await create(account, { name: 'a', subject: name(mailLimits.templateSubjectCharacters) });
    const rest = (content: TemplateContent): number =>
      mailLimits.templateBytes - Buffer.byteLength(content.name + content.subject + content.text);
    const large: TemplateContent = { name: 'b', subject: '', html: '', text: '' };
    await create(account, { ...large, html: 'x'.repeat(rest(large)) });
    for (const bad of [
      { name: name(mailLimits.templateNameCharacters + 1) },
      { subject: name(mailLimits.templateSubjectCharacters + 1) },
      { ...large, html: 'x'.repeat(rest(large) + 1) },
      { name: ' ' },
      { name: 'deux\nlignes' },
      { subject: 'deux\r\nlignes' },
      { text: 'a\0b' },
      { html: '\ud800' },
    ]) {
      await assert.rejects(create(account, { name: 'c', ...bad }), { code: 'bad-template' }, JSON.stringify(bad));
    }
  });

  test('are two hundred at most', async () => {
    const account = await createAccount();
    await store.act(async (act) => {
      for (let count = 0; count < mailLimits.templates; count += 1) {
        await templates.create(act, account, { name: `m${count}`, subject: '', html: '', text: '' });
      }
    });
    await assert.rejects(create(account), { code: 'too-many-templates' });
  });

  test('are four megabytes in all at most', async () => {
    const account = await createAccount();
    const fitting = Math.floor(mailLimits.templatesBytes / mailLimits.templateBytes);
    const sized = (index: number, bytes: number): TemplateContent => {
      const name = `m${String(index).padStart(3, '0')}`;
      return { name, subject: '', html: '', text: 'x'.repeat(bytes - name.length) };
    };
    await store.act(async (act) => {
      for (let count = 0; count < fitting - 1; count += 1) {
        await templates.create(act, account, sized(count, mailLimits.templateBytes));
      }
    });
    const left = mailLimits.templatesBytes - (fitting - 1) * mailLimits.templateBytes;
    const id = await create(account, sized(998, left - 5));
    await create(account, { name: 'm9999', subject: '', html: '', text: '' });
    const more = store.act((act) => templates.change(act, account, id, sized(998, left - 4)));
    await assert.rejects(more, { code: 'too-many-templates' });
    await assert.rejects(create(account, { name: 'm', subject: '', html: '', text: '' }), {
      code: 'too-many-templates',
    });
  });

  test('leave no word in the database, and their deeds in the audit', async () => {
    const account = await createAccount();
    const id = await create(account, { name: 'Ostéopathe', text: 'Ménisque' });
    const { rows } = await sql<{ text: string }>`
      select it::text as text from mail.template it where id = ${id}
      union all select it::text as text from audit.event it where object_id = ${id}`.execute(store.ownerDb);
    assert.equal(rows.length, 2);
    const dump = rows.map(({ text }) => text).join('\n');
    assert.match(dump, /template\.created/);
    for (const word of ['Ostéopathe', 'Ménisque', 'patient', 'confrère']) {
      assert.ok(!dump.includes(word) && !dump.includes(Buffer.from(word).toString('hex')), word);
    }
  });
});
