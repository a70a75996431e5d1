/** A list that has nothing to show: not yet, not there, or not to be had. */
import { Link } from '@tanstack/react-router';
import { Inbox, SearchX } from 'lucide-react';
import { explainFault } from '../../api/faults.ts';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState, Skeleton } from '../../ui/States.tsx';
import type { ListSearch } from '../list-search.ts';
import { type View, viewName } from '../views.ts';
import styles from './ListStates.module.css';
import type { ShownList } from './useShownList.ts';

function emptyWords(view: View) {
  const { empty } = texts;
  if (view.kind === 'role') return empty[view.role];
  if (view.kind === 'starred') return empty.starred;
  return view.kind === 'mailbox' ? empty.mailbox : empty.inbox;
}

export function ListEmpty({ view, search, list }: { view: View; search: ListSearch; list: ShownList }) {
  const { compte, ...sought } = search;
  if (list.accountIds.length === 0) {
    return <EmptyState title={texts.empty.noAccount.title}>{texts.empty.noAccount.text}</EmptyState>;
  }
  if (list.isMissing) return <EmptyState title={texts.empty.missing.title}>{texts.empty.missing.text}</EmptyState>;
  if (Object.keys(sought).length > 0) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden="true" />}
        title={texts.empty.search.title}
        action={
          <Link to="/messages/$view" params={{ view: viewName(view) }} search={compte === undefined ? {} : { compte }}>
            {texts.clearSearch}
          </Link>
        }
      >
        {texts.empty.search.text}
      </EmptyState>
    );
  }
  const { title, text } = emptyWords(view);
  return (
    <EmptyState icon={<Inbox aria-hidden="true" />} title={title}>
      {text}
    </EmptyState>
  );
}

export function ListFailed({ fault, onRetry }: { readonly fault: unknown; readonly onRetry: () => void }) {
  return (
    <EmptyState
      title={texts.failedTitle}
      action={
        <Button kind="main" onPress={onRetry}>
          {uiTexts.retry}
        </Button>
      }
    >
      {explainFault(fault)}
    </EmptyState>
  );
}

const shapes = Array.from({ length: 12 }, (_, index) => index);

/** Lines on their way, at the height that they will have. */
export function ListShape() {
  const { settings } = usePreferences();
  return (
    <div className={styles.shapes} data-density={settings.density} aria-hidden="true">
      {shapes.map((index) => (
        <div key={index} className={styles.shape}>
          <Skeleton width="34px" height="34px" />
          <div className={styles.lines}>
            <Skeleton width={`${35 + ((index * 17) % 25)}%`} height="13px" />
            <Skeleton width={`${60 + ((index * 23) % 30)}%`} height="13px" />
            <Skeleton width="75%" height="11px" />
          </div>
        </div>
      ))}
    </div>
  );
}
