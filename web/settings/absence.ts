/** The days of an absence: whole days of the calendar in France, both included. */
import type { VacationResponse } from '../../contract/jmap/mail.ts';
import { dayAfter, parisDay, startOfDay } from '../mail/search/query.ts';

export interface AbsenceForm {
  readonly isEnabled: boolean;
  /** `2026-11-22`; empty: no bound. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly subject: string;
  readonly text: string;
}

export function readVacation(vacation: VacationResponse | null): AbsenceForm {
  return {
    isEnabled: vacation?.isEnabled ?? false,
    firstDay: vacation?.fromDate == null ? '' : parisDay(new Date(vacation.fromDate)),
    // RFC 8621 §8: active until `toDate`, and no longer at it; a midnight ends the day before.
    lastDay: vacation?.toDate == null ? '' : parisDay(new Date(Date.parse(vacation.toDate) - 1)),
    subject: vacation?.subject ?? '',
    text: vacation?.textBody ?? '',
  };
}

export function writeVacation({ isEnabled, firstDay, lastDay, subject, text }: AbsenceForm): VacationResponse {
  return {
    id: 'singleton',
    isEnabled,
    fromDate: firstDay === '' ? null : startOfDay(firstDay),
    toDate: lastDay === '' ? null : startOfDay(dayAfter(lastDay)),
    subject: subject.trim() === '' ? null : subject.trim(),
    textBody: text.trim() === '' ? null : text,
    htmlBody: null,
  };
}

export type Standing = 'off' | 'without-text' | 'backwards' | 'later' | 'now' | 'ended';

/** What the form comes to on a day. */
export function standingOf({ isEnabled, firstDay, lastDay, text }: AbsenceForm, today: string): Standing {
  if (!isEnabled) return 'off';
  if (firstDay !== '' && lastDay !== '' && lastDay < firstDay) return 'backwards';
  if (text.trim() === '') return 'without-text';
  if (lastDay !== '' && lastDay < today) return 'ended';
  return firstDay !== '' && firstDay > today ? 'later' : 'now';
}
