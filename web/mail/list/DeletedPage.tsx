/** What was deleted from an account and can still be brought back (contract/deleted.ts). */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Paperclip, RotateCcw, Search } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Checkbox, Input, SearchField } from 'react-aria-components';
import type { DeletedEmail, DeletedEmails } from '../../../contract/deleted.ts';
import { explainFault } from '../../api/faults.ts';
import { NotFound } from '../../app/NotFound.tsx';
import { type HeldAccount, useOffice } from '../../app/session.ts';
import { listTexts as texts } from '../../texts/list.ts';
import { uiTexts } from '../../texts/ui.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { Button } from '../../ui/Button.tsx';
import { daysLeft, longDate } from '../../ui/dates.ts';
import { Page } from '../../ui/Page.tsx';
import { EmptyState, LoadingNote } from '../../ui/States.tsx';
import { useMailActions } from '../actions/actions.ts';
import { kindOf, shownName, shownNames } from '../people.ts';
import styles from './DeletedPage.module.css';
import { ListFailed, ListShape } from './ListStates.tsx';

export function DeletedPage() {
  const { accountId } = useParams({ from: '/supprimes/$accountId' });
  const { accounts } = useOffice();
  const account = accounts.find((each) => each.accountId === accountId);
  return account === undefined ? <NotFound /> : <DeletedOf key={accountId} account={account} />;
}

function useDeleted(accountId: string, words: string) {
  const { api } = useOffice();
  const path = `/api/accounts/${accountId}/deleted`;
  return useInfiniteQuery({
    queryKey: ['deleted', accountId, words],
    initialPageParam: undefined as string | undefined, // the cursor of the page before
    queryFn: ({ pageParam, signal }) => {
      if (words === '') {
        const before = pageParam === undefined ? '' : `?before=${pageParam}`;
        return api.request<DeletedEmails>('GET', `${path}${before}`, { signal });
      }
      const body = { text: words, ...(pageParam === undefined ? {} : { before: pageParam }) };
      return api.request<DeletedEmails>('POST', `${path}/search`, { body, signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

function DeletedOf({ account }: { readonly account: HeldAccount }) {
  const { accountId, displayName, rights } = account;
  const [words, setWords] = useState('');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const found = useDeleted(accountId, words);
  const queries = useQueryClient();
  const { undelete } = useMailActions();
  const emails = found.data?.pages.flatMap((page) => page.emails) ?? [];
  const mayRestore = rights.includes('own') || rights.includes('write');
  const restore = async (emailIds: readonly string[]): Promise<void> => {
    if (await undelete(emailIds.map((emailId) => ({ accountId, emailId })))) setTicked(new Set());
    await queries.invalidateQueries({ queryKey: ['deleted', accountId] });
  };
  const chosen = emails.filter(({ emailId }) => ticked.has(emailId)).map(({ emailId }) => emailId);
  return (
    <Page
      title={texts.deletedTitle}
      lead={`${displayName} · ${texts.deletedLead}`}
      back={
        <Link to="/messages/$view" params={{ view: 'corbeille' }} search={{ compte: accountId }}>
          {texts.backToTrash}
        </Link>
      }
      actions={
        mayRestore && emails.length > 0 ? (
          <Button
            kind="main"
            icon={<RotateCcw aria-hidden="true" />}
            isDisabled={chosen.length === 0}
            onPress={() => void restore(chosen)}
          >
            {texts.restoreSelected(chosen.length)}
          </Button>
        ) : undefined
      }
    >
      <WordsField onSearch={setWords} />
      <DeletedBody found={found} words={words} count={emails.length}>
        <ul className={styles.lines}>
          {emails.map((email) => (
            <DeletedLine
              key={email.emailId}
              email={email}
              isTicked={ticked.has(email.emailId)}
              onTick={(isOn) =>
                setTicked((now) => {
                  const next = new Set(now);
                  if (isOn) next.add(email.emailId);
                  else next.delete(email.emailId);
                  return next;
                })
              }
              onRestore={mayRestore ? () => void restore([email.emailId]) : undefined}
            />
          ))}
        </ul>
      </DeletedBody>
    </Page>
  );
}

function WordsField({ onSearch }: { readonly onSearch: (words: string) => void }) {
  return (
    <SearchField
      className={styles.search ?? ''}
      aria-label={texts.deletedSearch}
      onSubmit={(words) => onSearch(words.trim())}
      onClear={() => onSearch('')}
    >
      <Search aria-hidden="true" />
      <Input className={styles.input ?? ''} placeholder={texts.deletedSearchHint} />
      <AriaButton className={styles.clear ?? ''}>{uiTexts.close}</AriaButton>
    </SearchField>
  );
}

interface BodyProps {
  readonly found: ReturnType<typeof useDeleted>;
  readonly words: string;
  readonly count: number;
  readonly children: React.ReactNode;
}

function DeletedBody({ found, words, count, children }: BodyProps) {
  if (found.isPending) {
    return (
      <>
        <LoadingNote>{uiTexts.loading}</LoadingNote>
        <ListShape />
      </>
    );
  }
  if (found.isError && count === 0) return <ListFailed fault={found.error} onRetry={() => void found.refetch()} />;
  if (count === 0) {
    const { title, text } = words === '' ? texts.deletedEmpty : texts.deletedNone;
    return <EmptyState title={title}>{text}</EmptyState>;
  }
  return (
    <>
      {children}
      {found.isError ? <p role="alert">{explainFault(found.error)}</p> : null}
      {found.hasNextPage ? (
        <Button isPending={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()}>
          {texts.moreDeleted}
        </Button>
      ) : null}
    </>
  );
}

interface LineProps {
  readonly email: DeletedEmail;
  readonly isTicked: boolean;
  readonly onTick: (isOn: boolean) => void;
  readonly onRestore: (() => void) | undefined;
}

function DeletedLine({ email, isTicked, onTick, onRestore }: LineProps) {
  const { session } = useOffice();
  const [first] = email.from;
  const who = email.from.length === 0 ? texts.noSender : shownNames(email.from);
  const now = new Date();
  return (
    <li className={styles.line}>
      <Checkbox className={styles.tick ?? ''} isSelected={isTicked} onChange={onTick} aria-label={texts.select(who)}>
        <span className={styles.box} aria-hidden="true" />
      </Checkbox>
      <Avatar
        name={first === undefined ? who : shownName(first)}
        kind={first === undefined ? 'unknown' : kindOf(first.email, session)}
      />
      <div className={styles.words}>
        <p className={styles.who}>{who}</p>
        <p className={styles.subject}>
          {email.subject ?? texts.noSubject}
          {email.hasAttachment ? <Paperclip role="img" aria-label={texts.attachment} /> : null}
        </p>
        <p className={styles.preview}>{email.preview}</p>
        <p className={styles.dates}>
          {texts.deletedOn(longDate(new Date(email.deletedAt), now))} ·{' '}
          {texts.purgedOn(daysLeft(new Date(email.purgedAt), now))}
        </p>
      </div>
      {onRestore === undefined ? null : (
        <Button onPress={onRestore} aria-label={`${texts.restore} : ${email.subject ?? texts.noSubject}`}>
          {texts.restore}
        </Button>
      )}
    </li>
  );
}
