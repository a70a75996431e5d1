import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal, Temporary } from '../../base/errors.ts';
import { createLog, silentLog } from '../../base/log.ts';
import { refusal, type SmtpRefusalCode } from '../../formats/smtp/refusals.ts';
import { replyOfFault, replyOfVerdict } from './errors.ts';

describe('replies to what went wrong', () => {
  // RFC 5321 §4.2.3, RFC 3463 §3, RFC 5248 §2
  const grammar: readonly [SmtpRefusalCode, string, boolean][] = [
    ['smtp-bare-lf', '500 5.5.2', true],
    ['smtp-bare-cr', '500 5.5.2', true],
    ['smtp-line-too-long', '500 5.5.2', true],
    ['smtp-charset', '500 5.5.2', false],
    ['smtp-command', '500 5.5.1', false],
    ['smtp-arguments', '501 5.5.4', false],
    ['smtp-sender', '501 5.1.7', false],
    ['smtp-recipient', '501 5.1.3', false],
    ['smtp-parameter', '501 5.5.4', false],
    ['smtp-parameter-unknown', '555 5.5.4', false],
    ['smtp-utf8-not-requested', '553 5.6.7', false], // RFC 6531 §3.5
    ['smtp-base64', '501 5.5.2', false],
    ['smtp-chunk-size', '501 5.5.4', true],
  ];
  for (const [code, expected, isFatal] of grammar) {
    test(`${code} is ${expected}${isFatal ? ', and ends the session' : ''}`, () => {
      const fault = replyOfFault(refusal(code), silentLog);
      assert.equal(`${fault.reply.code} ${fault.reply.enhanced}`, expected);
      assert.equal(fault.isFatal, isFatal);
    });
  }

  test('a rule of the domain is 554 with its French text in ASCII', () => {
    const { reply, isFatal } = replyOfFault(new Refusal('mime-depth', 'Imbrication trop élevée'), silentLog);
    assert.deepEqual(reply, { code: 554, enhanced: '5.0.0', lines: ['Imbrication trop elevee'] });
    assert.equal(isFatal, false);
  });

  test('a failure of the world is 451, and its words stay in the log', () => {
    const { reply } = replyOfFault(new Temporary('database-away', 'host db3 refuses'), silentLog);
    assert.equal(`${reply.code} ${reply.enhanced}`, '451 4.3.0');
    assert.doesNotMatch(reply.lines.join(' '), /db3/);
  });

  test('a bug is 421 with an incident that the log knows, and says nothing else', () => {
    const written: string[] = [];
    const log = createLog({ level: 'info', write: (line) => written.push(line) });
    const { reply, isFatal } = replyOfFault(new Error('secret words'), log);
    const incident = /incident ([0-9a-f-]{36})$/.exec(reply.lines[0] ?? '')?.[1];
    assert.ok(incident !== undefined && written.join('').includes(incident));
    assert.doesNotMatch(reply.lines.join(' ') + written.join(''), /secret words/);
    assert.equal(`${reply.code} ${isFatal}`, '421 true');
  });

  test('a verdict has codes of its class, or it is a bug', () => {
    const reply = { code: 450, enhanced: '4.2.2', text: 'mailbox-full' } as const;
    assert.equal(replyOfVerdict({ kind: 'deferred', reply }, { smtpUtf8: true }).code, 450);
    assert.throws(() => replyOfVerdict({ kind: 'refused', reply }, { smtpUtf8: true }), { name: 'AssertionFault' });
  });
});
