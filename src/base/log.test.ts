import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Temporary } from './errors.ts';
import { createLog, type LogFields, maskTraits } from './log.ts';

/** What one line says. */
function lineOf(write: (log: ReturnType<typeof createLog>) => void, fields?: LogFields): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    write: (line) => lines.push(line),
    now: () => new Date('2026-11-22T10:00:00Z'),
    ...(fields === undefined ? {} : { fields }),
  });
  write(log);
  assert.equal(lines.length, 1);
  const [line = ''] = lines;
  assert.ok(line.endsWith('\n') && !line.slice(0, -1).includes('\n'));
  return JSON.parse(line);
}

describe('a line of the log', () => {
  test('says when, how grave and what, then its fields', () => {
    const line = lineOf((log) => log.warn('queue.late', { count: 3, domain: 'cabinet.example', absent: undefined }));
    assert.deepEqual(Object.entries(line), [
      ['at', '2026-11-22T10:00:00.000Z'],
      ['level', 'warn'],
      ['event', 'queue.late'],
      ['count', 3],
      ['domain', 'cabinet.example'],
    ]);
  });

  test('is never given another instant, level or event by a field of that name', () => {
    const line = lineOf((log) => log.info('real', { at: 'never', level: 'error', event: 'false' }), { level: 'debug' });
    assert.equal(line['at'], '2026-11-22T10:00:00.000Z');
    assert.equal(line['level'], 'info');
    assert.equal(line['event'], 'real');
    assert.equal(line['levelField'], 'error');
  });

  test('is written at its level and above', () => {
    const written: string[] = [];
    const log = createLog({ level: 'warn', write: (line) => written.push(JSON.parse(line).level) });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    assert.deepEqual(written, ['warn', 'error']);
  });

  test('carries the fields of its log, its own first', () => {
    const line = lineOf((log) => log.with({ service: 'smtp', peer: 1 }).info('x', { peer: 2 }));
    assert.equal(line['service'], 'smtp');
    assert.equal(line['peer'], 2);
  });
});

describe('what identifies somebody', () => {
  const hidden = [
    '279035121518989',
    '2790351215189',
    '2 79 03 51 215 189 89',
    '2\u00a079\u00a003\u00a051\u00a0215\u00a0189\u00a089',
    '2.79.03.51.215.189.89',
    '155022A12345678', // Corse-du-Sud
    '155022b123456',
    '1 55 02 2B 123 456 78', // Haute-Corse
    'ins-155022A12345678-x',
    'bad279035121518989face',
    '89970000011', // RPPS
    '8 99 70 00 00 11 2',
  ];
  for (const text of hidden) {
    test(`is masked: ${text}`, () => {
      const shown = maskTraits(`avant ${text} après`);
      assert.match(shown, /\*\*\*/);
      assert.ok(shown.replace(/\D/g, '').length <= 1, shown);
    });
  }

  test('is masked in addresses, whose domain stays', () => {
    assert.equal(maskTraits('claire.vasseur@cabinet.example'), '***@cabinet.example');
    assert.equal(maskTraits('<279035121518989@patient.mssante.fr>'), '<***@patient.mssante.fr>');
    assert.equal(maskTraits('155022A12345678@patient.mssante.fr'), '***@patient.mssante.fr');
    assert.equal(maskTraits('"jean dupont"@cabinet.example'), '***@cabinet.example');
    assert.equal(maskTraits('rené@clinique.example, zoé@hopital.example'), '***@clinique.example, ***@hopital.example');
  });

  test('is masked when it comes as a number', () => {
    const line = lineOf((log) => log.info('x', { patient: 279_035_121_518_989, atMs: 1_763_829_620_258 }));
    assert.equal(line['patient'], '***');
    assert.equal(line['atMs'], 1_763_829_620_258);
  });

  test('is not seen in what identifies things', () => {
    for (const text of [
      '01931f7e-0000-7000-8000-000000000001',
      '01931f7e-1111-7222-8333-444444444444',
      '2026-11-22T10:00:00.000Z',
      '192.168.100.200:42025',
      'smtp,submission,http,worker',
      '1234567890', // ten digits: a size, a count
      '/var/lib/hygie/postgres/cluster',
      'ECONNREFUSED',
    ]) {
      assert.equal(maskTraits(text), text);
    }
  });

  test('is cut with what surrounds it past 300 characters, after it was masked', () => {
    assert.equal(maskTraits('a'.repeat(300)).length, 300);
    assert.equal(maskTraits('a'.repeat(301)).length, 300);
    assert.ok(!maskTraits(`${'a '.repeat(146)}279035121518989`).includes('2790'));
  });
});

describe('a fault', () => {
  test('leaves its class, its code and where it was, and those of its causes, and never a text', () => {
    const root = Object.assign(new Error('Mme Martin 279035121518989'), { code: '23505', detail: 'Martin' });
    const middle = new TypeError('bradycardie', { cause: root });
    const fault = new Temporary('database-away', 'phrase pour Mme Martin', { cause: middle });
    const line = lineOf((log) => log.error('store.failed', { account: 7 }, fault));
    assert.equal(line['fault'], 'Temporary');
    assert.equal(line['faultCode'], 'database-away');
    assert.equal(line['cause'], 'TypeError < Error:23505');
    assert.equal(line['account'], 7);
    assert.match(String(line['stack']), /log\.test\.ts/);
    assert.doesNotMatch(JSON.stringify(line), /Martin|bradycardie|2790/);
  });

  test('leaves no line of its text, even one that begins like a frame of the stack', () => {
    const fault = new Error('one\n    at Mme Martin');
    assert.doesNotMatch(JSON.stringify(lineOf((log) => log.error('x', {}, fault))), /Martin/);
  });

  test('that is no error leaves its type alone', () => {
    const line = lineOf((log) => log.error('x', {}, 'Mme Martin'));
    assert.equal(line['fault'], 'string');
    assert.doesNotMatch(JSON.stringify(line), /Martin/);
  });

  test('whose causes turn in a circle is described all the same', () => {
    const fault = new Error('a');
    fault.cause = fault;
    assert.equal(lineOf((log) => log.error('x', {}, fault))['cause'], 'Error < Error < Error < Error');
  });
});
