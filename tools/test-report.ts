/** What a person reads of a test run: a line per file, the failures in full, the count. */
import type { EventData, run } from 'node:test';
import { inspect } from 'node:util';

type TestsStream = ReturnType<typeof run>;

export class TestReport {
  readonly #nameOf: (path: string) => string;
  readonly #write: (text: string) => void;
  readonly #failures: string[] = [];
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  constructor(nameOf: (path: string) => string, write: (text: string) => void) {
    this.#nameOf = nameOf;
    this.#write = write;
  }

  /** Follows the run of one file to its end. */
  async follow(path: string, stream: TestsStream): Promise<void> {
    const name = this.#nameOf(path);
    const failures: string[] = [];
    let output = '';
    let summary: EventData.TestSummary | undefined;
    for await (const event of stream) {
      if (event.type === 'test:fail') failures.push(...describe(event.data));
      else if (event.type === 'test:stdout' || event.type === 'test:stderr') output += event.data.message;
      else if (event.type === 'test:summary') summary = event.data; // the last one is of the whole run: this file
    }
    const { tests, passed, skipped, todo } = summary?.counts ?? { tests: 1, passed: 0, skipped: 0, todo: 0 };
    // A file that was killed may have passed what it ran: it has failed all the same.
    const failed = Math.max(tests - passed - skipped - todo, failures.length > 0 ? 1 : 0);
    this.#passed += passed;
    this.#failed += failed;
    this.#skipped += skipped;
    const parts = [`${passed} passed`];
    if (failed > 0) parts.push(`${failed} failed`);
    if (skipped > 0) parts.push(`${skipped} skipped`);
    const seconds = ((summary?.duration_ms ?? 0) / 1000).toFixed(1);
    this.#write(`${failed === 0 ? '✔' : '✖'} ${name} (${parts.join(', ')}, ${seconds} s)\n`);
    if (failed === 0) return;
    const written = output === '' ? '' : `\n--- it wrote:\n${output.trimEnd()}\n`;
    this.#failures.push(`\n✖ ${name}\n${failures.join('\n')}\n${written}`);
  }

  /** Prints the failures, then the count as the last line; returns the exit code. */
  conclude(): number {
    for (const text of this.#failures) this.#write(text);
    const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
    this.#write(`\n${this.#passed} passed, ${this.#failed} failed${skipped}\n`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** Nothing for a suite, or a test with subtests, that failed because of them: they speak for themselves. */
function describe(data: EventData.TestFail): string[] {
  const { error, type } = data.details;
  const isOfSubtests = 'failureType' in error && error.failureType === 'subtestsFailed';
  if (type === 'suite' || isOfSubtests || data.todo !== undefined) return [];
  const { cause } = error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause ?? error.message);
  return [`    ${data.name}\n${text}`.replaceAll('\n', '\n    ')];
}
