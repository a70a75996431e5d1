import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { smtpClientLimits, transferLimits } from './domain-limits.ts';
import { smtpLimits } from './limits.ts';

const minute = 60_000;

describe('limits keep to what the standards ask at least', () => {
  test('recipients of one transaction, taken and sent (RFC 5321 §4.5.3.1.8)', () => {
    assert.ok(smtpLimits.recipients >= 100);
    assert.ok(transferLimits.recipientsPerTransaction >= 100);
  });

  test('waits of an SMTP client: first replies (RFC 5321 §4.5.3.2.1)', () => {
    assert.ok(smtpClientLimits.commandMs >= 5 * minute);
  });

  test('waits of an SMTP client: reply to DATA (RFC 5321 §4.5.3.2.4)', () => {
    assert.ok(smtpClientLimits.dataMs >= 2 * minute);
  });

  test('waits of an SMTP client: a block of content (RFC 5321 §4.5.3.2.5)', () => {
    assert.ok(smtpClientLimits.blockMs >= 3 * minute);
  });

  test('waits of an SMTP client: end of data (RFC 5321 §4.5.3.2.6)', () => {
    assert.ok(smtpClientLimits.endOfDataMs >= 10 * minute);
  });
});
