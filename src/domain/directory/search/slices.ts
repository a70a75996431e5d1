import { setImmediate as nextTurn } from 'node:timers/promises';
import { directorySearchLimits } from '../../../base/domain-limits.ts';

/** Lets others work when this work has taken its slice of time: an import shares its process with the sessions. */
export class Slices {
  #end = performance.now() + directorySearchLimits.sliceMs;

  isOver(): boolean {
    return performance.now() >= this.#end;
  }

  async pause(): Promise<void> {
    if (!this.isOver()) return;
    await nextTurn();
    this.#end = performance.now() + directorySearchLimits.sliceMs;
  }
}
