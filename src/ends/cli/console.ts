/** What somebody does at the operator's console: who, why, and the one form of such an act. */
import { userInfo } from 'node:os';
import type { Act, Actor, Audit } from '../../domain/audit/audit.ts';

export interface ConsoleRequest {
  readonly actor: Extract<Actor, { kind: 'administrator' }>;
  readonly reason: 'administration';
}

/** `login` is the operating system's. */
export function byConsole(): ConsoleRequest {
  return { actor: { kind: 'administrator', login: userInfo().username }, reason: 'administration' };
}

/** One act of administration; `mayChangeNothing` when it may turn out that there is nothing to do. */
export function administer<T>(
  { audit }: { readonly audit: Audit },
  body: (act: Act) => Promise<T>,
  { mayChangeNothing = false }: { readonly mayChangeNothing?: boolean } = {},
): Promise<T> {
  return audit.act({ ...byConsole(), ...(mayChangeNothing && { silent: 'when-nothing-changed' }) }, body);
}
