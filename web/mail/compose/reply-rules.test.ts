import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EmailAddress, Identity } from '../../../contract/jmap/mail.ts';
import { addressKey } from './addresses.ts';
import { replyIdentity, replyRecipients, replySubject, replyThreading } from './reply-rules.ts';

const of = (email: string, name: string | null = null): EmailAddress => ({ name, email });
const none = { from: null, to: null, cc: null, replyTo: null, sender: null };
const me = ['me@x.example', 'secretariat@x.example'];
const addresses = (list: readonly EmailAddress[]): readonly string[] => list.map(({ email }) => email);

test('an answer goes to its author, an answer to all also to the others, never to oneself', () => {
  const email = {
    ...none,
    from: [of('a@y.example', 'Anne')],
    to: [of('ME@x.example'), of('b@y.example')],
    cc: [of('secretariat@x.example'), of('c@y.example'), of('A@y.example')],
  };
  assert.deepEqual(replyRecipients(email, 'repondre', me), { to: [of('a@y.example', 'Anne')], cc: [] });
  const all = replyRecipients(email, 'repondre-a-tous', me);
  assert.deepEqual(addresses(all.to), ['a@y.example']);
  assert.deepEqual(addresses(all.cc), ['b@y.example', 'c@y.example']);
});

test('Reply-To stands before the author (RFC 5322 §3.6.3)', () => {
  const email = { ...none, from: [of('a@y.example')], replyTo: [of('service@y.example')], to: [of('me@x.example')] };
  assert.deepEqual(addresses(replyRecipients(email, 'repondre', me).to), ['service@y.example']);
  assert.deepEqual(addresses(replyRecipients(email, 'repondre-a-tous', me).to), ['service@y.example']);
});

test('what one wrote oneself is answered to those it went to', () => {
  const email = { ...none, from: [of('me@x.example')], to: [of('a@y.example')], cc: [of('b@y.example')] };
  assert.deepEqual(addresses(replyRecipients(email, 'repondre', me).to), ['a@y.example']);
  const all = replyRecipients(email, 'repondre-a-tous', me);
  assert.deepEqual([addresses(all.to), addresses(all.cc)], [['a@y.example'], ['b@y.example']]);
});

test('a note to oneself is answered to oneself', () => {
  const email = { ...none, from: [of('me@x.example')], to: [of('me@x.example')] };
  assert.deepEqual(addresses(replyRecipients(email, 'repondre', me).to), ['me@x.example']);
});

test('what is passed on has no recipient yet', () => {
  assert.deepEqual(replyRecipients({ ...none, from: [of('a@y.example')] }, 'transferer', me), { to: [], cc: [] });
});

test('an answer to all has nobody twice, and oneself only when nobody else is there', () => {
  const list = fc.array(
    fc.constantFrom(
      'me@x.example',
      'Me@X.example',
      'secretariat@x.example',
      'a@y.example',
      'b@y.example',
      'B@y.example',
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(list, list, list, list, (from, to, cc, replyTo) => {
      const email = { ...none, from: from.map((each) => of(each)), to: to.map((each) => of(each)) };
      const whole = { ...email, cc: cc.map((each) => of(each)), replyTo: replyTo.map((each) => of(each)) };
      const answer = replyRecipients(whole, 'repondre-a-tous', me);
      const keys = addresses([...answer.to, ...answer.cc]).map(addressKey);
      assert.equal(new Set(keys).size, keys.length);
      const isOwn = keys.filter((key) => me.includes(key));
      if (isOwn.length > 0) assert.equal(isOwn.length, answer.to.length);
      assert.ok(!answer.cc.some((each) => me.includes(addressKey(each.email))));
      if (from.length > 0) assert.ok(answer.to.length > 0);
    }),
  );
});

test('a subject carries one mark, in French, however many it came with', () => {
  assert.equal(replySubject('Bilan', 'repondre'), 'Re : Bilan');
  for (const subject of ['Re: Bilan', 'RE : Re: Bilan', 'Re[2]: Bilan', 'TR: RE : Bilan', 'Fwd: Bilan', 'Réf. Bilan']) {
    const expected = subject === 'Réf. Bilan' ? 'Re : Réf. Bilan' : 'Re : Bilan';
    assert.equal(replySubject(subject, 'repondre-a-tous'), expected, subject);
  }
  assert.equal(replySubject('Re : Bilan', 'transferer'), 'Tr : Bilan');
  assert.equal(replySubject(null, 'repondre'), 'Re :');
  assert.equal(replySubject('Retour de consultation : M. X', 'repondre'), 'Re : Retour de consultation : M. X');
});

test('to answer an answer changes its subject no more', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('repondre', 'transferer'), (subject, mode) => {
      const once = replySubject(subject, mode);
      assert.equal(replySubject(once, mode), once);
    }),
  );
});

const identity = (email: string): Identity => ({
  ...{ id: email, name: '', email, replyTo: null, bcc: null, textSignature: '', htmlSignature: '', mayDelete: false },
});

test('an answer leaves from the address that the message came to', () => {
  const identities = [identity('me@x.example'), identity('secretariat@x.example')];
  const email = { from: null, to: [of('a@y.example')], cc: [of('Secretariat@x.example')], bcc: null };
  assert.equal(replyIdentity(email, identities)?.email, 'secretariat@x.example');
  assert.equal(replyIdentity({ ...email, cc: null }, identities)?.email, 'me@x.example');
});

test('the thread goes on: In-Reply-To names the message, References all before it (RFC 5322 §3.6.4)', () => {
  const email = { messageId: ['c@x'], references: ['a@x', 'b@x'], inReplyTo: ['b@x'] };
  assert.deepEqual(replyThreading(email), { inReplyTo: ['c@x'], references: ['a@x', 'b@x', 'c@x'] });
  assert.deepEqual(replyThreading({ messageId: ['c@x'], references: null, inReplyTo: ['b@x'] }).references, [
    'b@x',
    'c@x',
  ]);
  assert.deepEqual(replyThreading({ messageId: null, references: null, inReplyTo: null }), {
    inReplyTo: [],
    references: [],
  });
});

test('of a very long thread the first message and the last are kept, 50 at most', () => {
  const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}@x`);
  const email = (count: number) => ({ messageId: ['last@x'], references: ids(count), inReplyTo: null });
  assert.equal(replyThreading(email(49)).references.length, 50);
  const { references } = replyThreading(email(50));
  assert.equal(references.length, 50);
  assert.deepEqual([references[0], references[1], references.at(-1)], ['0@x', '2@x', 'last@x']);
});
