/** `/programmes`: what waits for its time, and the way back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { Page, Panel } from '../../ui/Page.tsx';
import { EmptyState, LoadingNote, Skeleton } from '../../ui/States.tsx';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { shownNames } from '../people.ts';
import styles from './Composer.module.css';
import { readScheduled, type ScheduledMessage } from './scheduled.ts';
import { takeBack } from './sending.ts';
import { writingPlacesQuery } from './writing-places.ts';

const queryKey = ['scheduled'] as const;

export function ScheduledPage() {
  const office = useOffice();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      readScheduled(office.jmap, await queries.fetchQuery(writingPlacesQuery(office)), signal),
    refetchInterval: 60_000,
  });
  return (
    <Page title={texts.scheduledTitle} lead={texts.scheduledLead}>
      {error !== null ? (
        <EmptyState title={texts.loadFailedTitle} action={<Button onPress={() => refetch()}>{uiTexts.retry}</Button>}>
          {explainFault(error)}
        </EmptyState>
      ) : null}
      {data === undefined && error === null ? (
        <Panel>
          <Skeleton height="52px" />
          <LoadingNote>{uiTexts.loading}</LoadingNote>
        </Panel>
      ) : null}
      {data?.length === 0 ? (
        <EmptyState icon={<CalendarClock aria-hidden="true" />} title={texts.scheduledNone}>
          {texts.scheduledHelp}
        </EmptyState>
      ) : null}
      {data === undefined || data.length === 0 ? null : (
        <Panel>
          <ul className={styles.scheduled}>
            {data.map((message) => (
              <ScheduledLine key={message.submissionId} message={message} />
            ))}
          </ul>
        </Panel>
      )}
    </Page>
  );
}

function ScheduledLine({ message }: { readonly message: ScheduledMessage }) {
  const { jmap } = useOffice();
  const queries = useQueryClient();
  const toasts = useToasts();
  const navigate = useNavigate();
  const { accountId, submissionId, emailId, subject, to, sendAt, places } = message;
  const reopen = async (): Promise<void> => {
    try {
      const outcome = await takeBack(jmap, { accountId, submissionId, places });
      if (outcome === 'too-late') toasts.show(texts.tooLate, { kind: 'fault' });
      else await navigate({ to: '/ecrire/$accountId/$emailId', params: { accountId, emailId } });
    } catch {
      toasts.show(texts.takeBackFailed, { kind: 'fault' });
    }
    await queries.invalidateQueries({ queryKey });
  };
  return (
    <li>
      <div>
        <strong>{subject === '' ? texts.noSubjectShort : subject}</strong>
        <p>{shownNames(to)}</p>
        <p>
          <time dateTime={sendAt}>{texts.scheduledAt(new Date(sendAt))}</time>
        </p>
      </div>
      <Button onPress={() => void reopen()}>{texts.scheduledCancel}</Button>
    </li>
  );
}
