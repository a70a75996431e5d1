import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Reply } from '../../formats/smtp/reply.ts';
import { decide, type Happening } from './failure-policy.ts';
import { explanations } from './report-texts.ts';

function refused(code: number, enhanced?: Reply['enhanced'], text = 'non'): Happening {
  const reply = { code, lines: [text], ...(enhanced !== undefined && { enhanced }) };
  return { kind: 'refused', stage: 'rcpt', reply };
}

function decisionOf(happening: Happening, isFirst = true): string {
  const decision = decide(happening, { isFirst });
  if (decision.do === 'split') return 'split';
  return [decision.do, decision.cause, decision.status, ...(decision.alert === undefined ? [] : [decision.alert])].join(
    ' ',
  );
}

describe('what happens to an outgoing message', () => {
  test('before any host answers is settled by what the domain and our copy say', () => {
    assert.equal(decisionOf({ kind: 'no-host' }), 'bounce domain-unknown 5.1.2'); // RFC 7505
    assert.equal(decisionOf({ kind: 'domain-left' }), 'bounce domain-left 5.7.1');
    assert.equal(decisionOf({ kind: 'resolution-failed' }), 'defer unreachable 4.4.3');
    assert.equal(decisionOf({ kind: 'copy-damaged' }), 'bounce copy-damaged 5.3.0 own-copy-damaged');
    assert.equal(decisionOf({ kind: 'copy-unavailable' }), 'defer interrupted 4.3.0');
    // RFC 5321 §2.3.8
    assert.equal(
      decisionOf({ kind: 'content-damaged', code: 'smtp-bare-lf' }),
      'bounce copy-damaged 5.6.0 own-copy-damaged',
    );
  });

  // RFC 5321 §3.1, RFC 5321 §4.3.2, RFC 5321 §3.8
  test('at the door of a host leads to the next one', () => {
    assert.equal(decisionOf({ kind: 'unreachable' }), 'next-host unreachable 4.4.1');
    assert.equal(decisionOf({ kind: 'interrupted', stage: 'greeting' }), 'next-host interrupted 4.4.2');
    const reply = { code: 554, lines: ['no mail here'] };
    assert.equal(decisionOf({ kind: 'turned-away', stage: 'greeting', reply }), 'next-host peer-busy 4.3.2');
    assert.equal(decisionOf({ kind: 'gibberish', stage: 'ehlo' }), 'next-host interrupted 4.5.0 peer-gibberish');
    assert.equal(decisionOf(refused(421)), 'next-host peer-busy 4.3.2');
  });

  // ANS-REF2 ECO.1.1.6, ANS-REF2 ECO.1.1.7, ANS-REF2 ECO.1.1.10
  test('with a peer that cannot be trusted is never a delivery, nor a bounce, and somebody is told', () => {
    for (const fault of ['no-starttls', 'handshake', 'certificate', 'not-in-white-list'] as const) {
      assert.equal(decisionOf({ kind: 'untrusted', fault }), 'next-host untrusted 4.7.5 peer-untrusted');
    }
    assert.equal(
      decisionOf({ kind: 'untrusted', fault: 'revocation-unknown' }),
      'defer untrusted 4.7.5 peer-untrusted',
    );
  });

  // RFC 5321 §4.1.1.4
  test('when the answer is lost waits for the same peer, which knows whether it has the message', () => {
    assert.equal(decisionOf({ kind: 'answer-lost' }), 'defer interrupted 4.4.2');
    assert.equal(decisionOf({ kind: 'gibberish', stage: 'end-of-data' }), 'defer interrupted 4.5.0 peer-gibberish');
  });

  // RFC 6531 §3.5, RFC 6152 §3
  test('that a peer is unsuited for ends at once', () => {
    assert.equal(decisionOf({ kind: 'unsuited', need: 'size' }), 'bounce too-large 5.3.4');
    assert.equal(decisionOf({ kind: 'unsuited', need: 'smtputf8' }), 'bounce unsupported-address 5.6.7');
    assert.equal(decisionOf({ kind: 'unsuited', need: '8bitmime' }), 'bounce unsupported-address 5.6.3');
  });

  // RFC 5321 §4.5.3.1.10
  test('when there are too many recipients is another transaction, unless the first one is refused so', () => {
    for (const happening of [refused(452), refused(452, '4.5.3'), refused(552, '5.5.3')]) {
      assert.equal(decisionOf(happening, false), 'split');
      assert.notEqual(decisionOf(happening, true), 'split');
    }
    assert.equal(decisionOf(refused(452, '4.2.2'), false), 'defer mailbox-full 4.2.2');
  });

  test('when refused is final for 5yz and not for 4yz, and its cause is read from codes, then words', () => {
    const table: readonly (readonly [Happening, string])[] = [
      [refused(550), 'bounce recipient-unknown 5.1.1'],
      [refused(550, '5.1.1'), 'bounce recipient-unknown 5.1.1'],
      [refused(550, '5.7.1'), 'bounce not-authorized 5.7.1'],
      [refused(554, '5.6.1'), 'bounce content-refused 5.6.1'],
      [refused(554, '5.4.6'), 'bounce loop 5.4.6'],
      [refused(552), 'bounce mailbox-full 5.2.2'],
      [refused(552, '5.3.4'), 'bounce too-large 5.3.4'],
      [refused(554), 'bounce peer-refused 5.0.0'],
      [refused(571), 'bounce peer-refused 5.0.0'],
      [refused(450, '4.2.1'), 'defer mailbox-closed 4.2.1'],
      [refused(451), 'defer peer-busy 4.3.0'],
      [refused(499), 'defer peer-busy 4.0.0'],
      // RFC 2034 §4: the class of the enhanced code must agree
      [refused(451, '5.1.1'), 'defer peer-busy 4.3.0'],
      [refused(554, undefined, 'Mailbox full'), 'bounce mailbox-full 5.0.0'],
      [refused(550, '5.0.0', 'Cette adresse n’existe pas'), 'bounce recipient-unknown 5.0.0'],
      [refused(554, undefined, 'Boîte fermée par le patient'), 'bounce patient-closed 5.0.0'],
      [
        refused(550, '5.7.1', "L'interopérabilité n'est pas activée pour ce compte"),
        'bounce interoperability-off 5.7.1',
      ],
    ];
    for (const [happening, expected] of table) assert.equal(decisionOf(happening), expected);
  });
});

describe('the explanations', () => {
  test('say what happened and what to do in French sentences, without the words of mail servers', () => {
    for (const [cause, { what, advice }] of Object.entries(explanations)) {
      for (const text of [what, advice]) {
        assert.match(text, /^[A-ZÀÉL].*\.$/, cause);
        assert.doesNotMatch(text, /SMTP|MX|DSN|DNS|TLS|\bhost\b|relay/i, cause);
      }
    }
    assert.match(explanations['interoperability-off'].advice, /interopérabilité/);
  });
});
