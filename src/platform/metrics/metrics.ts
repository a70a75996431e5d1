/**
 * What is counted and measured, in the text form of Prometheus.
 *
 * A label takes its values from a closed list given with the metric: none can carry an address, a name or an identifier
 * (invariant 10), and none can make the number of series grow without bound (invariant 8).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { assert } from '../../base/assert.ts';

/** The labels of a metric, each with all the values it may take. */
export type LabelValues = Readonly<Record<string, readonly string[]>>;
/** One value for each label. */
export type Labels<V extends LabelValues> = { readonly [Name in keyof V]: V[Name][number] };

export interface MetricDefinition<V extends LabelValues> {
  /** `hygie_…`, with its unit last: `_total`, `_seconds`, `_bytes`. */
  readonly name: string;
  readonly help: string;
  readonly labels: V;
}

export interface CounterMetric<V extends LabelValues> {
  add(labels: Labels<V>, count?: number): void;
}

export interface GaugeMetric<V extends LabelValues> {
  set(labels: Labels<V>, value: number): void;
}

export interface HistogramMetric<V extends LabelValues> {
  observe(labels: Labels<V>, value: number): void;
}

export interface Metrics {
  counter<const V extends LabelValues>(definition: MetricDefinition<V>): CounterMetric<V>;
  /** `read`, when given, is asked at each rendering and sets the gauge. */
  gauge<const V extends LabelValues>(
    definition: MetricDefinition<V>,
    read?: (gauge: GaugeMetric<V>) => void | Promise<void>,
  ): GaugeMetric<V>;
  histogram<const V extends LabelValues>(
    definition: MetricDefinition<V> & { readonly buckets: readonly number[] },
  ): HistogramMetric<V>;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A registry of its own, with the figures of the process (memory, event loop) when `withProcess`. */
export function createMetrics({ withProcess = false }: { readonly withProcess?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    counter(definition) {
      const counter = new Counter(configuration(definition, registry));
      return { add: (labels, count = 1) => counter.inc(checked(definition, labels), count) };
    },
    gauge(definition, read) {
      const gauge = new Gauge({
        ...configuration(definition, registry),
        ...(read === undefined ? {} : { collect: () => read(metric) }),
      });
      const metric = {
        set: (labels: Labels<typeof definition.labels>, value: number) => gauge.set(checked(definition, labels), value),
      };
      return metric;
    },
    histogram(definition) {
      const histogram = new Histogram({ ...configuration(definition, registry), buckets: [...definition.buckets] });
      return { observe: (labels, value) => histogram.observe(checked(definition, labels), value) };
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function configuration(definition: MetricDefinition<LabelValues>, registry: Registry) {
  assert(/^hygie_[a-z][a-z0-9_]*$/.test(definition.name), 'the name of a metric does not begin with hygie_');
  return {
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(definition.labels),
    registers: [registry],
  };
}

/** Types are no proof at run time: what comes from outside must not become a label. */
function checked<V extends LabelValues>(definition: MetricDefinition<V>, labels: Labels<V>): Record<string, string> {
  const given: Record<string, string> = { ...labels };
  for (const [name, values] of Object.entries(definition.labels)) {
    assert(values.includes(given[name] ?? ''), `a label of ${definition.name} has a value outside its list`);
  }
  assert(Object.keys(given).length === Object.keys(definition.labels).length, `${definition.name} has other labels`);
  return given;
}
