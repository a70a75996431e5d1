import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { createAuthority } from '../../../../testkit/authority/authority.ts';
import { type Script, type ScriptedPeer, startScriptedPeer } from '../../../../testkit/scripted-smtp-peer.ts';
import { present } from '../../../base/assert.ts';
import { systemClock } from '../../../base/clock.ts';
import { smtpClientLimits } from '../../../base/domain-limits.ts';
import { Temporary } from '../../../base/errors.ts';
import { smtpLimits } from '../../../base/limits.ts';
import { type Address, parseAddress } from '../../../formats/address/address.ts';
import { type ClientOptions, type Opening, type OutgoingSession, openSmtpSession } from './client.ts';
import type { OutgoingMessage } from './transaction.ts';

const dn = 'CN=mss.cabinet.example,OU=318310021300028,O=CABINET,ST=Haute-Garonne (31),C=FR';
const address = (text: string): Address => present(parseAddress(text), 'the test writes an address');

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

function message(change: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    sender: address('a@b.fr'),
    sizeBytes: 10,
    is8Bit: false,
    needsSmtpUtf8: false,
    recipients: [{ address: address('c@d.fr') }],
    content: chunks('Bonjour\r\n'),
    ...change,
  };
}

describe('the outgoing SMTP session', () => {
  const authority = createAuthority({ name: 'ESSAI', at: new Date() });
  const theirs = authority.issue({ dn: dn.replace('cabinet', 'hopital') });
  const ours = authority.issue({ dn });
  const theirContext = createSecureContext({ key: theirs.keyPem, cert: theirs.chainPem, ca: authority.rootPem });
  const ourContext = createSecureContext({ key: ours.keyPem, cert: ours.chainPem, ca: authority.rootPem });
  const running: ScriptedPeer[] = [];
  let peer: ScriptedPeer;

  afterEach(async () => {
    for (const one of running.splice(0)) await one.stop();
  });

  async function open(script: Script, change: Partial<ClientOptions> = {}): Promise<Opening> {
    peer = await startScriptedPeer(theirContext, script);
    running.push(peer);
    return openSmtpSession({
      connect: async () => {
        const socket = connect({ host: '127.0.0.1', port: peer.port });
        await once(socket, 'connect');
        return socket;
      },
      clientName: 'mss.cabinet.example',
      secureContext: ourContext,
      serverName: 'mss.hopital.example',
      verifyPeer: async () => ({ kind: 'trusted' }),
      clock: systemClock,
      ...change,
    });
  }

  async function session(script: Script = {}, change: Partial<ClientOptions> = {}): Promise<OutgoingSession> {
    const opening = await open(script, change);
    assert.equal(opening.kind, 'open');
    assert.ok(opening.kind === 'open');
    return opening.session;
  }

  describe('opens', () => {
    test('under TLS with a trusted peer, whose chain the judge sees, leaf first', async () => {
      let subjects: string[] = [];
      const opened = await session(
        {},
        {
          verifyPeer: async ({ certificateChain }) => {
            subjects = certificateChain.map((der) => new X509Certificate(der).subject);
            return { kind: 'trusted' };
          },
        },
      );
      assert.match(subjects[0] ?? '', /mss\.hopital\.example/);
      assert.match(subjects[1] ?? '', /ORGANISATIONS/);
      assert.equal(opened.capabilities.pipelining, true);
      assert.ok(opened.isReusable);
      await opened.quit();
      assert.deepEqual(peer.lines, ['EHLO mss.cabinet.example', 'STARTTLS', 'EHLO mss.cabinet.example', 'QUIT']);
    });

    const refusals: readonly [string, Script, object][] = [
      ['is greeted by a refusal', { greeting: '554 5.3.2 no' }, { kind: 'turned-away', stage: 'greeting' }],
      ['is greeted outside the grammar', { greeting: 'HTTP/1.1 400' }, { kind: 'gibberish', stage: 'greeting' }],
      ['is greeted with a bare LF', { greeting: '220 a\n220 b' }, { kind: 'gibberish', stage: 'greeting' }],
      [
        'is refused EHLO',
        { answer: (line) => (line.startsWith('EHLO') ? '502 no\r\n' : undefined) },
        { kind: 'turned-away', stage: 'ehlo' },
      ],
      ['is offered no STARTTLS', { clear: ['SIZE'] }, { kind: 'untrusted', fault: 'no-starttls' }],
      [
        'is refused STARTTLS',
        { answer: (line) => (line === 'STARTTLS' ? '454 later\r\n' : undefined) },
        { kind: 'turned-away', stage: 'starttls' },
      ],
      [
        'is refused EHLO under TLS',
        { answer: (line, { isSecured }) => (isSecured && line.startsWith('EHLO') ? '421 no\r\n' : undefined) },
        { kind: 'turned-away', stage: 'ehlo-secured' },
      ],
      [
        'loses the connection',
        { answer: (line) => (line === 'STARTTLS' ? 'break' : undefined) },
        { kind: 'interrupted', stage: 'starttls' },
      ],
      // RFC 3207 §6
      [
        'is sent replies before the handshake',
        { answer: (line) => (line === 'STARTTLS' ? '220 go\r\n250-evil\r\n250 AUTH\r\n' : undefined) },
        { kind: 'gibberish', stage: 'starttls' },
      ],
    ];
    for (const [what, script, expected] of refusals) {
      test(`not, when it ${what}`, async () => {
        const opening = await open(script);
        assert.deepEqual(
          { ...opening, ...('reply' in opening && { reply: undefined }) },
          { ...expected, ...('reply' in opening && { reply: undefined }) },
        );
        assert.ok(!peer.lines.some((line) => line.startsWith('MAIL')));
      });
    }

    test('not, when the judge does not trust the peer; nothing is said to it then', async () => {
      const opening = await open({}, { verifyPeer: async () => ({ kind: 'untrusted', fault: 'not-in-white-list' }) });
      assert.deepEqual(opening, { kind: 'untrusted', fault: 'not-in-white-list' });
      assert.deepEqual(peer.lines, ['EHLO mss.cabinet.example', 'STARTTLS']);
    });

    test('not, when the handshake fails', async () => {
      const old = createSecureContext({ key: theirs.keyPem, cert: theirs.chainPem, minVersion: 'TLSv1.3' });
      const newest = createSecureContext({ key: ours.keyPem, cert: ours.chainPem, maxVersion: 'TLSv1.2' });
      peer = await startScriptedPeer(old, {});
      running.push(peer);
      const opening = await open(
        {},
        {
          secureContext: newest,
          connect: async () => {
            const socket = connect({ host: '127.0.0.1', port: running[0]?.port ?? 0 });
            await once(socket, 'connect');
            return socket;
          },
        },
      );
      assert.deepEqual(opening, { kind: 'untrusted', fault: 'handshake' });
    });

    test('not, when the peer dies in the handshake: that says nothing of its identity', async () => {
      for (const dies of [true, false]) {
        const server = createServer((socket) => {
          const answers = ['250-mx\r\n250 STARTTLS\r\n', '220 go\r\n'];
          socket.write('220 mx\r\n');
          socket.on('error', () => undefined);
          socket.on('data', () => {
            const answer = answers.shift();
            if (answer !== undefined) socket.write(answer);
            else if (dies) socket.destroy();
          });
        }).listen(0, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
        const connector = async () => {
          const socket = connect({ host: '127.0.0.1', port });
          await once(socket, 'connect');
          return socket;
        };
        const opening = await open({}, { connect: connector, ...(!dies && { limits: { handshakeMs: 50 } }) });
        server.close();
        assert.deepEqual(opening, { kind: 'interrupted', stage: 'starttls' });
      }
    });

    test('not, when nothing can be reached; other faults of the connector are thrown', async () => {
      const away = await open({}, { connect: () => Promise.reject(new Temporary('connection-failed', 'x')) });
      assert.deepEqual(away, { kind: 'unreachable' });
      await assert.rejects(open({}, { connect: () => Promise.reject(new Error('bug')) }), /bug/);
    });

    test('not, when the peer keeps silent', async () => {
      const opening = await open({ answer: () => 'silence' }, { limits: { commandMs: 50 } });
      assert.deepEqual(opening, { kind: 'interrupted', stage: 'ehlo' });
    });
  });

  describe('sends', () => {
    test('a message, and others on the same connection', async () => {
      const opened = await session();
      const [outcome] = await opened.send(message());
      assert.equal(outcome?.kind, 'delivered');
      await opened.send(message({ sender: null, content: chunks('.', '.\r', '\n.\r\nx') }));
      assert.deepEqual(peer.lines.slice(3), [
        'MAIL FROM:<a@b.fr> SIZE=10',
        'RCPT TO:<c@d.fr>',
        'DATA',
        'Bonjour\r\n.\r\n',
        'MAIL FROM:<> SIZE=10',
        'RCPT TO:<c@d.fr>',
        'DATA',
        '...\r\n..\r\nx\r\n.\r\n',
      ]);
      await opened.quit();
    });

    test('a message whose last line does not end in chunks, as it is, to peers that take them (RFC 3030 §2)', async () => {
      const unended = (...texts: string[]): OutgoingMessage =>
        message({ endsInLine: true, content: chunks(...texts), recipients: [{ address: address('c@d.fr') }] });
      const taking = await session({ secured: ['PIPELINING', 'CHUNKING'] });
      assert.equal((await taking.send(unended('un', '', '.deux')))[0]?.kind, 'delivered');
      assert.deepEqual(peer.lines.slice(3), ['MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>', 'BDAT 2', 'unBDAT 5 LAST']);
      const other = await session({ secured: ['PIPELINING'] });
      assert.equal((await other.send(unended('un')))[0]?.kind, 'delivered');
      assert.equal(peer.lines.at(-1), 'un\r\n.\r\n'); // RFC 5321 §4.1.1.4
      await taking.quit();
    });

    test('no more chunks once one is refused, none to refused recipients, and none that is malformed', async () => {
      const unended = (...texts: string[]): OutgoingMessage => message({ endsInLine: true, content: chunks(...texts) });
      const outcomeWith = async (script: Script, ...texts: string[]) => {
        const opened = await session({ secured: ['CHUNKING'], ...script });
        const [outcome] = await opened.send(unended(...texts));
        return outcome?.kind === 'refused' ? `${outcome.stage} ${outcome.reply.code}` : outcome?.kind;
      };
      const refusing = (verb: string) => (line: string) => (line.includes(verb) ? '552 5.3.4 no\r\n' : undefined);
      assert.equal(await outcomeWith({ answer: refusing('BDAT 2') }, 'un', 'deux'), 'content 552');
      assert.equal(peer.lines.at(-1), 'unRSET');
      assert.equal(await outcomeWith({ answer: refusing('LAST') }, 'un', 'deux'), 'end-of-data 552');
      assert.equal(await outcomeWith({ answer: refusing('RCPT') }, 'un'), 'rcpt 552');
      assert.equal(peer.lines.at(-1), 'RSET');
      assert.equal(await outcomeWith({}, 'un', 'deux\r'), 'content-damaged');
      assert.equal(await outcomeWith({}, 'un', 'deux\nx'), 'content-damaged');
    });

    test('what reports need to peers that know DSN, and to no other (RFC 3461 §5.2.1)', async () => {
      const asked = message({
        ret: 'HDRS',
        envelopeId: 'x1',
        recipients: [
          {
            address: address('c@d.fr'),
            notify: ['FAILURE'],
            originalRecipient: { addressType: 'rfc822', address: 'o@d.fr' },
          },
        ],
      });
      const knowing = await session();
      await knowing.send(asked);
      assert.deepEqual(peer.lines.slice(3, 5), [
        'MAIL FROM:<a@b.fr> SIZE=10 RET=HDRS ENVID=x1',
        'RCPT TO:<c@d.fr> NOTIFY=FAILURE ORCPT=rfc822;o@d.fr',
      ]);
      const plain = await session({ secured: ['PIPELINING'] });
      await plain.send({ ...asked, content: chunks('a\r\n') });
      assert.deepEqual(peer.lines.slice(3, 5), ['MAIL FROM:<a@b.fr>', 'RCPT TO:<c@d.fr>']);
    });

    test('8-bit content and UTF-8 addresses only to peers that take them, and never downgrades (RFC 6152 §3, RFC 6531 §3.2)', async () => {
      const able = await session();
      const utf8 = message({ is8Bit: true, needsSmtpUtf8: true, recipients: [{ address: address('zoé@d.fr') }] });
      assert.equal((await able.send(utf8))[0]?.kind, 'delivered');
      assert.equal(peer.lines[3], 'MAIL FROM:<a@b.fr> SIZE=10 BODY=8BITMIME SMTPUTF8');
      const old = await session({ secured: ['PIPELINING'] });
      assert.deepEqual(await old.send(message({ is8Bit: true })), [{ kind: 'unsuited', need: '8bitmime' }]);
      assert.deepEqual(await old.send(message({ needsSmtpUtf8: true })), [{ kind: 'unsuited', need: 'smtputf8' }]);
      assert.equal((await old.send(message()))[0]?.kind, 'delivered');
      assert.equal(peer.lines.filter((line) => line.startsWith('MAIL')).length, 1);
    });

    test('no more octets than the peer takes (RFC 1870 §5)', async () => {
      const opened = await session({ secured: ['SIZE 100'] });
      assert.equal((await opened.send(message({ sizeBytes: 100 })))[0]?.kind, 'delivered');
      assert.deepEqual(await opened.send(message({ sizeBytes: 101 })), [{ kind: 'unsuited', need: 'size' }]);
    });

    test('tells what became of each recipient', async () => {
      for (const secured of [['PIPELINING'], []]) {
        const opened = await session({
          secured,
          answer: (line) =>
            line.includes('<x@') ? '550 5.1.1 unknown\r\n' : line.includes('<y@') ? '450 4.2.2 full\r\n' : undefined,
        });
        const recipients = ['x@d.fr', 'c@d.fr', 'y@d.fr'].map((text) => ({ address: address(text) }));
        const [x, c, y] = await opened.send(message({ recipients }));
        assert.deepEqual(x, {
          kind: 'refused',
          stage: 'rcpt',
          reply: { code: 550, enhanced: '5.1.1', lines: ['unknown'] },
        });
        assert.equal(c?.kind, 'delivered');
        assert.equal(y?.kind === 'refused' && y.reply.code, 450);
        assert.equal((await opened.send(message()))[0]?.kind, 'delivered');
      }
    });

    test('nothing when no recipient is left, even should the peer wait for it (RFC 2920 §3.1)', async () => {
      for (const data of ['354 go\r\n', '503 no\r\n', '554 no\r\n']) {
        const opened = await session({
          answer: (line) =>
            line.includes('<x@')
              ? '550 no\r\n'
              : line === 'DATA' &&
                  peer.lines.some((l) => l.includes('<x@')) &&
                  !peer.lines.some((l) => l.includes('<c@'))
                ? data
                : undefined,
        });
        const [outcome] = await opened.send(message({ recipients: [{ address: address('x@d.fr') }] }));
        assert.equal(outcome?.kind, 'refused');
        assert.ok(!peer.lines.some((line) => line.includes('Bonjour')));
        assert.ok(opened.isReusable);
        assert.equal((await opened.send(message()))[0]?.kind, 'delivered');
      }
    });

    for (const [command, stage] of [
      ['MAIL', 'mail'],
      ['DATA', 'data'],
      ['.', 'end-of-data'],
    ] as const) {
      for (const secured of [['PIPELINING'], []]) {
        test(`knows a refusal of ${command}, ${secured.length === 0 ? 'one command at a time' : 'pipelined'}`, async () => {
          let isFirst = true;
          const opened = await session({
            secured,
            answer: (line) => {
              if (!line.startsWith(command) || !isFirst) return undefined;
              isFirst = false;
              return '451 4.3.0 later\r\n';
            },
          });
          const [outcome] = await opened.send(message());
          assert.equal(outcome?.kind === 'refused' && outcome.stage, stage);
          assert.equal((await opened.send(message()))[0]?.kind, 'delivered');
        });
      }
    }

    test('knows a loss before the end from a loss of the answer', async () => {
      const early = await session({ secured: [], answer: (line) => (line === 'DATA' ? 'break' : undefined) });
      assert.deepEqual(await early.send(message()), [{ kind: 'interrupted', stage: 'data' }]);
      assert.equal(early.isReusable, false);
      const late = await session({ answer: (line) => (line === '.' ? 'break' : undefined) });
      assert.deepEqual(await late.send(message()), [{ kind: 'answer-lost' }]);
      const silent = await session(
        { answer: (line) => (line === '.' ? 'silence' : undefined) },
        { limits: { endOfDataMs: 50 } },
      );
      assert.deepEqual(await silent.send(message()), [{ kind: 'answer-lost' }]);
      assert.equal(silent.isReusable, false);
      await silent.quit();
    });

    test('knows answers outside the grammar, and answers of another kind than success and refusal (RFC 5321 §4.3.2)', async () => {
      for (const [answer, stage] of [
        ['what?\r\n', 'mail'],
        ['250 a\n', 'mail'],
        ['150 a\r\n', 'mail'],
        ['250-a\r\n550 b\r\n', 'mail'],
      ] as const) {
        const opened = await session({ answer: (line) => (line.startsWith('MAIL') ? answer : undefined) });
        assert.deepEqual(await opened.send(message()), [{ kind: 'gibberish', stage }], answer);
        assert.equal(opened.isReusable, false);
      }
      const odd = await session({ answer: (line) => (line.startsWith('MAIL') ? '354 a\r\n' : undefined) });
      assert.deepEqual(await odd.send(message()), [{ kind: 'gibberish', stage: 'mail' }]);
    });

    test('reads replies of the limit and keeps no more of them than reports need', async () => {
      const long = 'x'.repeat(2 * smtpLimits.replyLineBytes - '550-\r\n'.length);
      const opened = await session({
        answer: (line) => (line.startsWith('RCPT') ? `550-${long}\r\n550 ${long}\r\n` : undefined),
      });
      const [outcome] = await opened.send(message());
      assert.equal(outcome?.kind === 'refused' && outcome.reply.lines.join('').length, smtpClientLimits.keptReplyChars);
      const longer = await session({ answer: (line) => (line.startsWith('MAIL') ? `550 ${long}x\r\n` : undefined) });
      assert.deepEqual(await longer.send(message()), [{ kind: 'gibberish', stage: 'mail' }]);
    });

    test('is not reusable once the peer spoke out of turn', async () => {
      const opened = await session({
        answer: (line) => (line === '.' ? '250 ok\r\n421 4.3.2 going away\r\n' : undefined),
      });
      assert.equal((await opened.send(message()))[0]?.kind, 'delivered');
      assert.equal(opened.isReusable, false);
    });

    test('throws what the source of the content throws, and breaks the connection before the end', async () => {
      const opened = await session();
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('half\r\n');
        yield Buffer.from('more\r\n');
        throw new Temporary('blob-store-away', 'x');
      }
      await assert.rejects(opened.send(message({ content: failing() })), { code: 'blob-store-away' });
      assert.equal(opened.isReusable, false);
      assert.ok(!peer.lines.some((line) => line.includes('half')));
    });
  });
});
