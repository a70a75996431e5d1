import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

const bug = { name: 'AssertionFault' };

test('counts by label, and renders the text of Prometheus', async () => {
  const metrics = createMetrics();
  const received = metrics.counter({
    name: 'hygie_messages_received_total',
    help: 'Messages received.',
    labels: { outcome: ['accepted', 'refused'] },
  });
  received.add({ outcome: 'accepted' });
  received.add({ outcome: 'accepted' }, 2);
  received.add({ outcome: 'refused' });
  const { contentType, text } = await metrics.render();
  assert.match(contentType, /^text\/plain/);
  assert.match(text, /hygie_messages_received_total\{outcome="accepted"\} 3/);
  assert.match(text, /hygie_messages_received_total\{outcome="refused"\} 1/);
});

test('a label takes no value outside its list, whatever the types were made to believe', () => {
  const labels: { kind: readonly string[] } = { kind: ['a', 'b'] };
  const counter = createMetrics().counter({ name: 'hygie_things_total', help: 'x', labels });
  counter.add({ kind: 'a' });
  assert.throws(() => counter.add({ kind: 'dupont@patient.mssante.fr' }), bug);
  const other: { kind: string; more?: string } = { kind: 'a', more: '279035121518989' };
  assert.throws(() => counter.add(other), bug);
});

test('a gauge is set, or read when it is rendered', async () => {
  const metrics = createMetrics();
  metrics.gauge({ name: 'hygie_sessions', help: 'x', labels: {} }).set({}, 7);
  metrics.gauge({ name: 'hygie_certificate_seconds', help: 'x', labels: {} }, async (gauge) => gauge.set({}, 60));
  const { text } = await metrics.render();
  assert.match(text, /^hygie_sessions 7$/m);
  assert.match(text, /^hygie_certificate_seconds 60$/m);
});

test('a histogram fills its buckets', async () => {
  const metrics = createMetrics();
  const histogram = metrics.histogram({ name: 'hygie_wait_seconds', help: 'x', labels: {}, buckets: [1, 2] });
  histogram.observe({}, 1.5);
  const { text } = await metrics.render();
  assert.match(text, /hygie_wait_seconds_bucket\{le="1"\} 0/);
  assert.match(text, /hygie_wait_seconds_bucket\{le="2"\} 1/);
});

test('two registries do not mix, and names begin with the name of the product', async () => {
  const definition = { name: 'hygie_a_total', help: 'x', labels: {} };
  createMetrics().counter(definition).add({});
  assert.doesNotMatch((await createMetrics().render()).text, /hygie_a_total/);
  assert.throws(() => createMetrics().counter({ ...definition, name: 'patients_total' }), bug);
});

test('the figures of the process come when they are asked for', async () => {
  assert.match((await createMetrics({ withProcess: true }).render()).text, /process_resident_memory_bytes/);
  assert.equal((await createMetrics().render()).text.trim(), '');
});
