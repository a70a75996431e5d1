import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JmapClient } from '../jmap/client.ts';
import { type News, openLive } from './live.ts';

/** A line that the test brings up and down, and timers that it runs. */
function world() {
  const lines: { onState: (isUp: boolean) => void; onChange: Parameters<JmapClient['follow']>[0]['onChange'] }[] = [];
  const timers: { deed: () => void; ms: number }[] = [];
  let hungUp = 0;
  const live = openLive({
    follow: (handlers) => {
      lines.push(handlers);
      return () => {
        hungUp += 1;
      };
    },
    setTimer: (deed, ms) => {
      const timer = { deed, ms };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    random: () => 0,
  });
  const news: News[] = [];
  live.listen((each) => news.push(each));
  const line = () => lines.at(-1) ?? assert.fail('no line');
  const runTimer = () => timers.shift()?.deed();
  return { live, news, line, lines, timers, runTimer, hungUp: () => hungUp };
}

test('changes are told by account (RFC 8620 §7.1)', () => {
  const { news, line } = world();
  line().onState(true);
  line().onChange({ one: { Email: '2' }, other: { Mailbox: '3' } });
  assert.deepEqual(news, [
    { accountId: 'one', states: { Email: '2' } },
    { accountId: 'other', states: { Mailbox: '3' } },
  ]);
});

test('after a line that was down, everything may have changed', () => {
  const { live, news, line } = world();
  line().onState(true);
  assert.deepEqual([live.isUp(), news], [true, []]);
  line().onState(false);
  assert.equal(live.isUp(), false);
  line().onState(true);
  assert.deepEqual([live.isUp(), news], [true, ['everything']]);
});

test('a line that stays down is dialled anew, later each time, a minute at most', () => {
  const { line, lines, timers, runTimer } = world();
  const waits: (number | undefined)[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    line().onState(false);
    line().onState(false);
    assert.equal(timers.length, 1, 'one wait at a time');
    waits.push(timers[0]?.ms);
    runTimer();
  }
  assert.deepEqual(waits, [8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  assert.equal(lines.length, 7);
  line().onState(true);
  line().onState(false);
  assert.equal(timers[0]?.ms, 8_000, 'up once, it begins again');
});

test('closed, it neither waits nor tells', () => {
  const { live, line, timers, hungUp } = world();
  line().onState(false);
  live.close();
  assert.deepEqual([timers.length, hungUp()], [0, 1]);
  line().onState(true);
  assert.equal(live.isUp(), false);
});
