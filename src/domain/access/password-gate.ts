import { accessLimits } from '../../base/domain-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { accessTexts } from './texts.ts';

/**
 * Checks of passwords in this process. Anybody may ask for one under any name, and each takes 64 MiB and one of the few
 * threads that also read files: without a bound, a flood of guesses would stand in the way of everybody's mail. It bounds
 * work, not rights: failures are counted in the database (`attempts.ts`).
 */
export class PasswordGate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `Temporary` when too many wait already. */
  async pass<Result>(check: () => Promise<Result>): Promise<Result> {
    if (this.#running < accessLimits.passwordChecks) this.#running += 1;
    else await this.#wait();
    try {
      return await check();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Until a check that ends leaves its place. */
  #wait(): Promise<void> {
    if (this.#waiting.length >= accessLimits.passwordChecksWaiting) {
      throw new Temporary('sign-in-busy', accessTexts.signInBusy);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
