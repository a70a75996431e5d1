/** Messages: the list, and what is read beside it. Three panes with the rail, two on a narrow desk, one on a phone. */
import { Outlet, useMatch, useParams, useSearch } from '@tanstack/react-router';
import { MailOpen } from 'lucide-react';
import { useMemo } from 'react';
import { NotFound } from '../app/NotFound.tsx';
import { listTexts as texts } from '../texts/list.ts';
import { EmptyState } from '../ui/States.tsx';
import { ListPane } from './list/ListPane.tsx';
import styles from './MailPage.module.css';
import { readView } from './views.ts';

const list = '/messages/$view';

export function MailPage() {
  const { view: name } = useParams({ from: list });
  const search = useSearch({ from: list });
  const reading = useMatch({ from: '/messages/$view/$accountId/$emailId', shouldThrow: false });
  const view = useMemo(() => readView(name), [name]);
  const { accountId, emailId } = reading?.params ?? {};
  const open = useMemo(
    () => (accountId === undefined || emailId === undefined ? undefined : { accountId, emailId }),
    [accountId, emailId],
  );
  if (view === undefined) return <NotFound />;
  return (
    <div className={styles.page} data-reading={open !== undefined || undefined}>
      <ListPane view={view} search={search} open={open} />
      <div className={styles.reading}>
        {open === undefined ? (
          <EmptyState icon={<MailOpen aria-hidden="true" />} title={texts.nothingOpen}>
            {texts.nothingOpenHelp}
          </EmptyState>
        ) : (
          <Outlet />
        )}
      </div>
    </div>
  );
}
