import type { smtpClientLimits } from '../../../base/domain-limits.ts';

/** The bounds of one outgoing session, each of which a caller may lower. */
export type ClientLimits = { readonly [Name in keyof typeof smtpClientLimits]: number };
