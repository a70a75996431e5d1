/** What a JMAP method is to the engine: its name, the capability that offers it, and one function over the domain. */
import type { Uuid } from '../../../base/ids.ts';
import type { HeldRights, PersonRef } from '../../../domain/access/access.ts';

/** Any JSON value, as it came or as it will go. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** `[name, arguments, method call id]` (RFC 8620 §3.2). */
export interface Invocation {
  readonly name: string;
  readonly args: JsonObject;
  readonly callId: string;
}

/** Errors that answer one call and leave the others alone (RFC 8620 §3.6.2). */
export type MethodErrorType =
  | 'serverUnavailable'
  | 'serverFail'
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'forbidden'
  | 'accountNotFound'
  | 'accountNotSupportedByMethod'
  | 'accountReadOnly'
  | 'requestTooLarge'
  | 'stateMismatch'
  | 'cannotCalculateChanges'
  | 'anchorNotFound'
  | 'unsupportedSort'
  | 'unsupportedFilter'
  | 'tooManyChanges'
  | 'unknownDataType'
  | 'fromAccountNotFound'
  | 'fromAccountNotSupportedByMethod';

/** The expected answer "no" of a method: thrown by its parts, caught by the engine, told as the response `error`. */
export class MethodError extends Error {
  override readonly name = 'MethodError';
  readonly type: MethodErrorType;
  readonly description: string | undefined;
  /** More members of the response, such as `arguments` for `invalidArguments`. */
  readonly members: JsonObject;

  constructor(type: MethodErrorType, description?: string, members: JsonObject = {}) {
    super(type);
    this.type = type;
    this.description = description;
    this.members = members;
  }
}

/** Who calls, and in which session: what is opened is told once for each (design, invariant 3). */
export interface Caller extends PersonRef {
  readonly sessionId?: Uuid;
  /** What they may do, as it was when the request came: the calls of a request need not ask each. The domain asks at each deed. */
  readonly held?: readonly HeldRights[];
}

/** What a call knows beside its arguments. */
export interface CallContext {
  readonly person: Caller;
  readonly using: ReadonlySet<string>;
  /** Identifiers of what earlier calls of this request created, by creation id; calls add theirs (RFC 8620 §5.3). */
  readonly createdIds: Map<string, string>;
}

/** One response, or several when a call implies others (`onSuccessUpdateEmail`). */
export type MethodAnswer =
  | { readonly kind: 'one'; readonly args: JsonObject }
  | { readonly kind: 'several'; readonly responses: readonly { readonly name: string; readonly args: JsonObject }[] };

export interface Method {
  readonly name: string;
  readonly capability: string;
  run(args: JsonObject, context: CallContext): Promise<MethodAnswer>;
}
