/** The three lists of the copy, and search in what was read. */
import { useMemo, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useOffice } from '../app/session.ts';
import { kindOf, shownName, shownNames } from '../mail/people.ts';
import { offlineTexts as texts } from '../texts/offline.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { listDate, longDate } from '../ui/dates.ts';
import { SearchBox } from '../ui/SearchBox.tsx';
import tabs from '../ui/TabRow.module.css';
import type { KeptDraft, KeptEmail, WaitingMessage } from './copy.ts';
import { findKept } from './find.ts';
import styles from './Offline.module.css';
import type { Kept, Shown } from './OfflineApp.tsx';

export interface KeptListsProps {
  readonly kept: Kept;
  readonly shown: Shown | undefined;
  readonly onShow: (shown: Shown) => void;
}

export function KeptLists({ kept, shown, onShow }: KeptListsProps) {
  const [search, setSearch] = useState('');
  const found = useMemo(() => findKept(kept.emails, search), [kept.emails, search]);
  const counts = { drafts: kept.drafts.length, outbox: kept.waiting.length };
  const count = (number: number): string => (number === 0 ? '' : ` (${number})`);
  return (
    <Tabs className={tabs.tabs ?? ''}>
      <TabList className={tabs.row ?? ''} aria-label={texts.sectionsLabel}>
        <Tab id="emails" className={tabs.tab ?? ''}>
          {texts.sections.emails}
        </Tab>
        <Tab id="drafts" className={tabs.tab ?? ''}>
          {texts.sections.drafts}
          {count(counts.drafts)}
        </Tab>
        <Tab id="outbox" className={tabs.tab ?? ''}>
          {texts.sections.outbox}
          {count(counts.outbox)}
        </Tab>
      </TabList>
      <TabPanel id="emails" className={`${tabs.panel} ${styles.form}`}>
        <SearchBox
          label={texts.search}
          placeholder={texts.search}
          clearLabel={texts.close}
          value={search}
          onChange={setSearch}
        />
        <p className={styles.soft} role="status">
          {found.length > 0 ? '' : kept.emails.length === 0 ? texts.emptyEmails : texts.nothingFound}
        </p>
        <ul>
          {found.map((each) => (
            <EmailLine key={`${each.accountId} ${each.email.id}`} kept={each} shown={shown} onShow={onShow} />
          ))}
        </ul>
      </TabPanel>
      <TabPanel id="drafts" className={tabs.panel ?? ''}>
        {kept.drafts.length === 0 ? <p className={styles.soft}>{texts.emptyDrafts}</p> : null}
        <ul>
          {kept.drafts.map((draft) => (
            <DraftLine key={draft.message.draftId} draft={draft} onShow={onShow} />
          ))}
        </ul>
      </TabPanel>
      <TabPanel id="outbox" className={tabs.panel ?? ''}>
        {kept.waiting.length === 0 ? <p className={styles.soft}>{texts.emptyOutbox}</p> : null}
        <ul>
          {kept.waiting.map((waiting) => (
            <WaitingLine key={waiting.idempotencyId} waiting={waiting} onShow={onShow} />
          ))}
        </ul>
      </TabPanel>
    </Tabs>
  );
}

function EmailLine({ kept: { accountId, email }, shown, onShow }: Omit<KeptListsProps, 'kept'> & { kept: KeptEmail }) {
  const { session } = useOffice();
  const [author] = email.from ?? [];
  const at = new Date(email.receivedAt);
  const now = new Date();
  const isShown = shown?.kind === 'email' && shown.emailId === email.id && shown.accountId === accountId;
  const name = author === undefined ? '' : shownName(author);
  return (
    <li>
      <button
        type="button"
        className={styles.line}
        aria-current={isShown}
        onClick={() => onShow({ kind: 'email', accountId, emailId: email.id })}
      >
        <Avatar name={name} kind={author === undefined ? 'unknown' : kindOf(author.email, session)} />
        <span className={styles.words}>
          <span className={styles.top}>
            <strong>{name}</strong>
            <time dateTime={email.receivedAt} title={longDate(at, now)}>
              {listDate(at, now)}
            </time>
          </span>
          <span className={styles.oneLine}>{subjectOf(email.subject)}</span>
          <span className={`${styles.oneLine} ${styles.soft}`}>{email.preview}</span>
        </span>
      </button>
    </li>
  );
}

function subjectOf(subject: string | null): string {
  return subject === null || subject === '' ? texts.noSubject : subject;
}

function DraftLine({ draft, onShow }: { readonly draft: KeptDraft; readonly onShow: KeptListsProps['onShow'] }) {
  const { to, cc, bcc, subject } = draft.message;
  const recipients = [...to, ...cc, ...bcc];
  return (
    <li>
      <button type="button" className={styles.line} onClick={() => onShow({ kind: 'draft', draft, isNew: false })}>
        <span className={styles.words}>
          <span className={styles.top}>
            <strong>{recipients.length === 0 ? texts.noRecipient : shownNames(recipients)}</strong>
            <time>{listDate(new Date(draft.changedAt), new Date())}</time>
          </span>
          <span className={styles.oneLine}>{subjectOf(subject)}</span>
        </span>
      </button>
    </li>
  );
}

function WaitingLine({
  waiting,
  onShow,
}: {
  readonly waiting: WaitingMessage;
  readonly onShow: KeptListsProps['onShow'];
}) {
  const { to, cc, bcc, subject } = waiting.message;
  return (
    <li>
      <button type="button" className={styles.line} onClick={() => onShow({ kind: 'waiting', waiting })}>
        <span className={styles.words}>
          <span className={styles.top}>
            <strong>{texts.toPerson(shownNames([...to, ...cc, ...bcc]))}</strong>
            <time>{listDate(new Date(waiting.writtenAt), new Date())}</time>
          </span>
          <span className={styles.oneLine}>{subjectOf(subject)}</span>
        </span>
      </button>
    </li>
  );
}
