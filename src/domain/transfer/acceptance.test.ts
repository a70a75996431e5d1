import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sayReply, toAsciiReply } from './acceptance.ts';
import { type ReplyTextKey, replyTexts } from './texts.ts';

describe('replies in French', () => {
  test('carry their values, and a mark where one is missing', () => {
    const reply = { code: 550, enhanced: '5.7.1', text: 'sender-domain-foreign' } as const;
    assert.match(sayReply({ ...reply, values: { domain: 'b.fr' } }, { smtpUtf8: true }), /domaine expéditeur b\.fr\.$/);
    assert.match(sayReply(reply, { smtpUtf8: true }), /domaine expéditeur …\.$/);
  });

  test('are all readable in ASCII (RFC 6531 §3.7.4.2)', () => {
    for (const text of Object.keys(replyTexts) as ReplyTextKey[]) {
      const said = sayReply({ code: 550, enhanced: '5.0.0', text }, { smtpUtf8: false });
      assert.match(said, /^[ -~]+$/);
      assert.ok(!said.includes('?'), said);
    }
  });

  test('lose accents and ligatures, not words', () => {
    assert.equal(toAsciiReply('Élève d’œuvre : « cœur »…'), 'Eleve d\'oeuvre : " coeur "...');
    assert.equal(toAsciiReply('日本'), '??');
  });
});
