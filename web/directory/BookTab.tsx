import { useQuery } from '@tanstack/react-query';
import { Ellipsis, NotebookPen, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Panel } from '../ui/Page.tsx';
import { SearchBox } from '../ui/SearchBox.tsx';
import { EmptyState } from '../ui/States.tsx';
import { Tag } from '../ui/Tag.tsx';
import { bookQuery } from './data.ts';
import { EntryDialog } from './EntryDialog.tsx';
import styles from './Forms.module.css';
import { ListState } from './KeptTab.tsx';
import type { BookEntry } from './types.ts';
import { useKept } from './useKept.ts';
import { holds, phoneLine, shortDay } from './words.ts';

/** The practice's book. What is typed to find an entry stays on this screen: it may name a patient. */
export function BookTab({ account }: { readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { mayChange } = useKept(account);
  const { data, error, refetch } = useQuery(bookQuery(api, account.accountId));
  const [typed, setTyped] = useState('');
  const [edited, setEdited] = useState<BookEntry | 'new'>();
  const shown = data?.entries.filter(({ name, address, phone }) => holds(typed, [name, address, phone]));
  return (
    <Panel
      title={texts.book}
      lead={texts.bookLead}
      action={
        mayChange ? (
          <Button icon={<Plus aria-hidden="true" />} onPress={() => setEdited('new')}>
            {texts.createEntry}
          </Button>
        ) : null
      }
    >
      {data === undefined ? <ListState error={error} onRetry={() => void refetch()} /> : null}
      {data !== undefined && data.entries.length > 0 ? (
        <SearchBox
          label={texts.bookSearch}
          placeholder={texts.bookSearch}
          clearLabel={texts.clear}
          value={typed}
          onChange={setTyped}
        />
      ) : null}
      {data?.entries.length === 0 ? (
        <EmptyState icon={<NotebookPen aria-hidden="true" />} title={texts.noEntriesTitle}>
          {texts.noEntries}
        </EmptyState>
      ) : null}
      {shown?.length === 0 && typed !== '' ? <p role="status">{texts.noEntryFound}</p> : null}
      <ul className={styles.lines}>
        {shown?.map((entry) => (
          <EntryLine key={entry.id} entry={entry} account={account} onEdit={() => setEdited(entry)} />
        ))}
      </ul>
      {edited === undefined ? null : (
        <EntryDialog
          account={account}
          {...(edited === 'new' ? {} : { entryId: edited.id })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}

interface EntryLineProps {
  readonly entry: BookEntry;
  readonly account: HeldAccount;
  readonly onEdit: () => void;
}

function EntryLine({ entry, account, onEdit }: EntryLineProps) {
  const { id, name, address, phone, hasNote, leftAt } = entry;
  const { deeds, run, mayChange } = useKept(account);
  const remove = (): void => run(deeds.removeEntry(id), texts.deletedEntry(name), () => deeds.restoreEntry(id));
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <span className={styles.name}>{name}</span>
        {address === null ? null : <span className={styles.small}>{address}</span>}
        {leftAt === null ? null : <span className={styles.small}>{texts.left(shortDay(leftAt))}</span>}
        {phone === null ? null : <a href={`tel:${phone}`}>{phoneLine(phone)}</a>}
      </div>
      {hasNote ? <Tag>{texts.hasNote}</Tag> : null}
      <div className={styles.deeds}>
        {address === null ? null : (
          <ButtonLink to="/ecrire" search={{ a: address, compte: account.accountId }} aria-label={texts.writeTo(name)}>
            {texts.write}
          </ButtonLink>
        )}
        <Menu
          label={texts.deeds(name)}
          trigger={
            <IconButton label={texts.deeds(name)}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
          actions={[
            {
              id: 'edit',
              label: mayChange ? texts.edit : texts.open,
              icon: <Pencil aria-hidden="true" />,
              onSelect: onEdit,
            },
            {
              id: 'remove',
              label: texts.remove,
              icon: <Trash2 aria-hidden="true" />,
              isAlarm: true,
              isDisabled: !mayChange,
              onSelect: remove,
            },
          ]}
        />
      </div>
    </li>
  );
}
