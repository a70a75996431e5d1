/** The arguments of a method, read strictly: what is of another type, missing or unknown is `invalidArguments` (RFC 8620 §3.6.2). */
import { jmapLimits } from '../../../base/end-limits.ts';
import { type Json, type JsonObject, MethodError } from './method.ts';
import { isId, isJsonObject } from './request.ts';
import { jmapTexts } from './texts.ts';

export class Arguments {
  readonly #args: JsonObject;

  /** `known` are all that the method takes. */
  constructor(args: JsonObject, known: readonly string[]) {
    const unknown = Object.keys(args).filter((name) => !known.includes(name));
    if (unknown.length > 0) throw invalid(unknown.map((name) => name.slice(0, 100)));
    this.#args = args;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#args, name);
  }

  raw(name: string): Json | undefined {
    return Object.hasOwn(this.#args, name) ? this.#args[name] : undefined;
  }

  id(name: string): string {
    const value = this.raw(name);
    if (!isId(value)) throw invalid([name]);
    return value;
  }

  optionalId(name: string): string | undefined {
    return this.#optional(name, isId);
  }

  string(name: string): string {
    const value = this.raw(name);
    if (typeof value !== 'string') throw invalid([name]);
    return value;
  }

  optionalString(name: string): string | undefined {
    return this.#optional(name, (value) => typeof value === 'string');
  }

  flag(name: string, unlessGiven: boolean): boolean {
    return this.#optional(name, (value) => typeof value === 'boolean') ?? unlessGiven;
  }

  /** `Int` (RFC 8620 §1.3), which may be negative. */
  optionalInteger(name: string): number | undefined {
    return this.#optional(name, (value): value is number => Number.isSafeInteger(value));
  }

  /** `UnsignedInt` (RFC 8620 §1.3). */
  optionalUnsigned(name: string): number | undefined {
    return this.#optional(name, isUnsigned);
  }

  /** A list of ids; null and absent are the same. Longer ones than `maxObjectsInGet` are `requestTooLarge` (RFC 8620 §5.1). */
  optionalIds(name: string): readonly string[] | undefined {
    const ids = this.#optional(name, isListOfIds);
    if (ids !== undefined && ids.length > jmapLimits.objectsInGet) throw new MethodError('requestTooLarge');
    return ids;
  }

  optionalStrings(name: string): readonly string[] | undefined {
    return this.#optional(name, isListOfStrings);
  }

  optionalObject(name: string): JsonObject | undefined {
    return this.#optional(name, isJsonObject);
  }

  #optional<T extends Json>(name: string, is: (value: Json) => value is T): T | undefined {
    const value = this.raw(name);
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw invalid([name]);
    return value;
  }
}

export function invalid(names: readonly string[]): MethodError {
  return new MethodError('invalidArguments', jmapTexts.badArguments(names.join(', ')), { arguments: [...names] });
}

export function isUnsigned(value: Json): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isListOfStrings(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isListOfIds(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every(isId);
}
