/** How much may be answered: references and headers asked for again and again make much of little. */
import { jmapLimits } from '../../../base/end-limits.ts';
import { type Json, MethodError } from './method.ts';

/** Octets that JSON puts around a value, its name counted apart. */
const aroundValue = 4;

/** Counts what is put into an answer, octets taken as characters, and refuses what no longer fits: `requestTooLarge`. */
export class AnswerRoom {
  #left = jmapLimits.answerBytes;

  get used(): number {
    return jmapLimits.answerBytes - this.#left;
  }

  /** What stands at several places is counted at each, and the count ends where the room does. */
  take(value: Json): void {
    this.#take(value, 1);
  }

  #take(value: Json, depth: number): void {
    if (depth > jmapLimits.answerDepth) throw new MethodError('requestTooLarge');
    this.#left -= aroundValue + (typeof value === 'string' ? value.length : 0);
    if (this.#left < 0) throw new MethodError('requestTooLarge');
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (!Array.isArray(value)) this.#left -= name.length;
      this.#take(member, depth + 1);
    }
  }
}
