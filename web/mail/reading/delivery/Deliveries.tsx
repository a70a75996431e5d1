/** What became of a message that was sent from here: one line for each recipient. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Clock, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { deliveriesSchema } from '../../../../contract/deliveries.ts';
import { useNews } from '../../../app/live-context.ts';
import { useOffice } from '../../../app/session.ts';
import { readingTexts as texts } from '../../../texts/reading.ts';
import { Button } from '../../../ui/Button.tsx';
import { clock, longDate } from '../../../ui/dates.ts';
import { Notice } from '../../../ui/States.tsx';
import type { EmailRef } from '../../store/types.ts';
import { readingBounds } from '../safety/bounds.ts';
import styles from './Deliveries.module.css';
import { countStates, isMoving, type Line, type Step, stepsOf } from './delivery-line.ts';

const againMs = 15_000;

export function Deliveries({ accountId, emailId, sentAt }: EmailRef & { readonly sentAt: string }) {
  const { api } = useOffice();
  const queries = useQueryClient();
  const queryKey = ['deliveries', accountId, emailId];
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      api.request<Static<typeof deliveriesSchema>>('GET', `/api/accounts/${accountId}/emails/${emailId}/deliveries`, {
        signal,
      }),
    refetchInterval: ({ state }) => (isMoving(state.data?.recipients ?? []) ? againMs : false),
  });
  useNews((news) => {
    if (news === 'everything' || news.accountId === accountId) void queries.invalidateQueries({ queryKey });
  });
  const [isOpen, setOpen] = useState(false);
  const lines = data?.recipients ?? [];
  if (lines.length === 0) return null;
  const isLong = lines.length > readingBounds.deliveriesShown;
  const summary = countStates(lines)
    .map(({ state, count }) => texts.deliveryStates[state](count))
    .join(', ');
  return (
    <section className={styles.deliveries} aria-label={texts.deliveryTitle}>
      <h2 className={styles.title}>{texts.deliveryOf(longDate(new Date(sentAt), new Date()))}</h2>
      {isLong ? (
        <div className={styles.summary}>
          <p aria-live="polite">{texts.deliverySummary(lines.length, summary)}</p>
          <Button kind="bare" aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
            {texts.eachRecipient}
          </Button>
        </div>
      ) : null}
      {isLong && !isOpen ? null : (
        <ul className={styles.lines} aria-live="polite">
          {lines.map((line) => (
            <li key={line.address}>
              <DeliveryLine line={line} accountId={accountId} isNamed={lines.length > 1} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface DeliveryLineProps {
  readonly line: Line;
  readonly accountId: string;
  readonly isNamed: boolean;
}

function DeliveryLine({ line, accountId, isNamed }: DeliveryLineProps) {
  const steps = stepsOf(line);
  const { failure, delay, answerEmailId, peer } = line;
  const who = line.displayName ?? line.address;
  return (
    <div className={styles.line}>
      {isNamed ? (
        <p className={styles.who}>
          {who} {who === line.address ? null : <span className={styles.soft}>{line.address}</span>}{' '}
          {line.isPatient ? <span className={styles.patient}>{texts.patientMark}</span> : null}
        </p>
      ) : null}
      <ol className={styles.steps}>
        {steps.map((step) => (
          <Point key={step.name} step={step} place={step.name === 'accepted' ? (peer?.organisation ?? null) : null} />
        ))}
      </ol>
      {failure === null ? null : (
        <Notice kind="alarm" icon={<TriangleAlert aria-hidden="true" />}>
          <p>
            <strong>{failure.what}</strong> {failure.advice}
          </p>
          <ServerAnswer answer={failure.answer} />
        </Notice>
      )}
      {delay === null || failure !== null ? null : <Delay line={line} delay={delay} />}
      <Notes line={line} />
      {answerEmailId === null ? null : (
        <Link
          to="/messages/$view/$accountId/$emailId"
          params={{ view: 'tous', accountId, emailId: answerEmailId }}
          className={styles.answer ?? ''}
        >
          {texts.answer}
        </Link>
      )}
    </div>
  );
}

function Delay({ line, delay }: { readonly line: Line; readonly delay: NonNullable<Line['delay']> }) {
  const now = new Date();
  return (
    <Notice kind="care" icon={<Clock aria-hidden="true" />}>
      <p>
        <strong>{delay.what}</strong> {delay.advice}
      </p>
      <p>
        {line.nextAttemptAt === null ? null : texts.nextAttempt(longDate(new Date(line.nextAttemptAt), now))}{' '}
        {line.expiresAt === null ? null : texts.untilWhen(longDate(new Date(line.expiresAt), now))}
      </p>
      <ServerAnswer answer={delay.answer} />
    </Notice>
  );
}

function Notes({ line: { steps } }: { readonly line: Line }) {
  const notes = [
    steps.autoAnsweredAt === null ? undefined : texts.autoAnswered,
    steps.deletedUnreadAt === null ? undefined : texts.deletedUnread,
    steps.receiptRefusedAt === null ? undefined : texts.receiptRefused,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? null : <p className={styles.soft}>{notes.join(' · ')}</p>;
}

function ServerAnswer({ answer }: { readonly answer: string | null }) {
  if (answer === null) return null;
  return (
    <details className={styles.server}>
      <summary>{texts.serverAnswer}</summary>
      <code>{answer}</code>
    </details>
  );
}

function when(at: string, now: Date): string {
  const date = new Date(at);
  return date.toDateString() === now.toDateString() ? clock(date) : longDate(date, now);
}

function Point({ step, place }: { readonly step: Step; readonly place: string | null }) {
  const { name, state, at } = step;
  const label = state === 'failed' ? texts.failed : texts.steps[name];
  const now = new Date();
  const below = {
    done: [place, at === null ? null : when(at, now)].filter((part) => part !== null).join(', '),
    waiting: texts.pending,
    failed: '',
    later: '',
  }[state];
  return (
    <li className={styles.step} data-state={state}>
      <span className={styles.point} aria-hidden="true" />
      <span className={styles.label}>{label}</span>
      <span className={styles.when}>{below}</span>
      {state === 'later' ? <span className="visually-hidden">{texts.pending}</span> : null}
    </li>
  );
}
