import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAddress, joinRecipients, readRecipients } from './addresses.ts';

test('a pasted list is parted at commas, semicolons and line ends, not inside quotes', () => {
  const pasted = 'Dr Anne Roy <a.roy@x.example>; b@y.example,\n"Le Goff, Hugo" <hugo@z.example>\r\nmailto:c@z.example';
  assert.deepEqual(readRecipients(pasted), {
    recipients: [
      { name: 'Dr Anne Roy', email: 'a.roy@x.example' },
      { name: null, email: 'b@y.example' },
      { name: 'Le Goff, Hugo', email: 'hugo@z.example' },
      { name: null, email: 'c@z.example' },
    ],
    rest: [],
  });
});

test('addresses with blanks between them are each a recipient, words are none', () => {
  assert.deepEqual(
    readRecipients('a@x.example b@x.example').recipients.map(({ email }) => email),
    ['a@x.example', 'b@x.example'],
  );
  assert.deepEqual(readRecipients('martin tours').rest, ['martin tours']);
  assert.deepEqual(readRecipients('Dr X <pas une adresse>').rest, ['Dr X <pas une adresse>']);
});

test('a quote left open ends with its line', () => {
  assert.deepEqual(
    readRecipients('"Roy <a@x.example>\nb@x.example').recipients.map(({ email }) => email),
    ['a@x.example', 'b@x.example'],
  );
});

test('an address has one @, a domain with a dot, and no blank', () => {
  for (const good of ['a@b.fr', 'prenom.nom+x@chu-tours.mssante.example', "o'neil@b.fr"])
    assert.ok(isAddress(good), good);
  for (const bad of ['', 'a', 'a@b', 'a@@b.fr', 'a b@c.fr', '.a@b.fr', 'a.@b.fr', 'a..b@c.fr', 'a@-b.fr', 'a@b.fr,']) {
    assert.ok(!isAddress(bad), bad);
  }
  assert.ok(isAddress(`${'a'.repeat(64)}@b.fr`));
  assert.ok(!isAddress(`${'a'.repeat(65)}@b.fr`));
});

test('nobody is twice among recipients, whatever the case, and a name that was missing is taken over', () => {
  assert.deepEqual(joinRecipients([{ name: null, email: 'A@x.fr' }], [{ name: 'Anne', email: 'a@X.fr' }]), [
    { name: 'Anne', email: 'A@x.fr' },
  ]);
});

test('whatever is pasted, each piece is a recipient or told back', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const { recipients, rest } = readRecipients(text);
      for (const { email } of recipients) assert.ok(isAddress(email));
      if (text.replace(/[,;\s]/g, '') !== '') assert.ok(recipients.length + rest.length > 0);
    }),
  );
});

test('printed with their names, recipients are read back', () => {
  const address = fc.record(
    {
      name: fc.stringMatching(/^[A-Za-zéèà][A-Za-zéèà ,;.-]{0,30}[A-Za-z]$/),
      email: fc.stringMatching(/^[a-z]{1,10}(\.[a-z]{1,10})?@[a-z]{1,10}\.example$/),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(address, { maxLength: 5 }), (list) => {
      const printed = list.map(({ name, email }) => `"${name}" <${email}>`).join(', ');
      assert.deepEqual(readRecipients(printed).recipients, list);
    }),
  );
});
