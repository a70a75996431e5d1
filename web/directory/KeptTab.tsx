import { useQuery } from '@tanstack/react-query';
import { CircleAlert, Ellipsis, Pencil, Plus, Star, Trash2, Users } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { uiTexts } from '../texts/ui.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Panel } from '../ui/Page.tsx';
import { EmptyState, Notice, Skeleton } from '../ui/States.tsx';
import { favouritesQuery, groupsQuery } from './data.ts';
import styles from './Forms.module.css';
import { GroupDialog } from './GroupDialog.tsx';
import type { Group } from './types.ts';
import { useKept } from './useKept.ts';
import { shortDay } from './words.ts';

export function KeptTab({ account }: { readonly account: HeldAccount }) {
  const { mayChange } = useKept(account);
  return (
    <div className={styles.stack}>
      {mayChange ? null : <Notice kind="care">{texts.readOnly}</Notice>}
      <Favourites account={account} />
      <Groups account={account} />
    </div>
  );
}

/** What a list of kept things shows while it comes, when it does not, and when there is nothing. */
export function ListState({
  error,
  onRetry,
  children,
}: {
  error: Error | null;
  onRetry: () => void;
  children?: ReactNode;
}) {
  if (error === null) return children ?? <Skeleton height="72px" />;
  return (
    <Notice
      kind="alarm"
      icon={<CircleAlert aria-hidden="true" />}
      action={<Button onPress={onRetry}>{uiTexts.retry}</Button>}
    >
      {explainFault(error)}
    </Notice>
  );
}

function Favourites({ account }: { readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { deeds, run, mayChange } = useKept(account);
  const { data, error, refetch } = useQuery(favouritesQuery(api, account.accountId));
  return (
    <Panel title={texts.favourites}>
      {data === undefined ? <ListState error={error} onRetry={() => void refetch()} /> : null}
      {data?.favourites.length === 0 ? (
        <EmptyState icon={<Star aria-hidden="true" />} title={texts.noFavouritesTitle}>
          {texts.noFavourites}
        </EmptyState>
      ) : null}
      <ul className={styles.lines}>
        {data?.favourites.map(({ address, name, leftAt }) => (
          <li key={address} className={styles.line}>
            <div className={styles.words}>
              <span className={styles.name}>{name ?? address}</span>
              <span className={styles.small}>{leftAt === null ? address : texts.left(shortDay(leftAt))}</span>
            </div>
            <div className={styles.deeds}>
              <ButtonLink
                to="/ecrire"
                search={{ a: address, compte: account.accountId }}
                aria-label={texts.writeTo(name ?? address)}
              >
                {texts.write}
              </ButtonLink>
              {mayChange ? (
                <IconButton
                  label={texts.removeFavourite}
                  isPressed
                  onPress={() =>
                    run(deeds.removeFavourite(address), texts.removedFavourite, () => deeds.addFavourite(address, name))
                  }
                >
                  <Star aria-hidden="true" fill="currentColor" />
                </IconButton>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Groups({ account }: { readonly account: HeldAccount }) {
  const { api } = useOffice();
  const { mayChange } = useKept(account);
  const { data, error, refetch } = useQuery(groupsQuery(api, account.accountId));
  const [edited, setEdited] = useState<Group | 'new'>();
  return (
    <Panel
      title={texts.groups}
      action={
        mayChange ? (
          <Button icon={<Plus aria-hidden="true" />} onPress={() => setEdited('new')}>
            {texts.createGroup}
          </Button>
        ) : null
      }
    >
      {data === undefined ? <ListState error={error} onRetry={() => void refetch()} /> : null}
      {data?.groups.length === 0 ? (
        <EmptyState icon={<Users aria-hidden="true" />} title={texts.noGroupsTitle}>
          {texts.noGroups}
        </EmptyState>
      ) : null}
      <ul className={styles.lines}>
        {data?.groups.map((group) => (
          <GroupLine key={group.id} group={group} account={account} onEdit={() => setEdited(group)} />
        ))}
      </ul>
      {edited === undefined ? null : (
        <GroupDialog
          account={account}
          {...(edited === 'new' ? {} : { group: edited })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </Panel>
  );
}

interface GroupLineProps {
  readonly group: Group;
  readonly account: HeldAccount;
  readonly onEdit: () => void;
}

function GroupLine({ group: { id, name, members }, account, onEdit }: GroupLineProps) {
  const { deeds, run, mayChange } = useKept(account);
  const remove = (): void => run(deeds.removeGroup(id), texts.deletedGroup(name), () => deeds.restoreGroup(id));
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <span className={styles.name}>{name}</span>
        <span className={styles.small}>
          {texts.members(members.length)} · {members.map((each) => each.name ?? each.address).join(', ')}
        </span>
      </div>
      <div className={styles.deeds}>
        {members.length === 0 ? null : (
          <ButtonLink
            to="/ecrire"
            search={{ a: members.map(({ address }) => address).join(','), compte: account.accountId }}
            aria-label={texts.writeTo(name)}
          >
            {texts.write}
          </ButtonLink>
        )}
        {mayChange ? (
          <Menu
            label={texts.deeds(name)}
            trigger={
              <IconButton label={texts.deeds(name)}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
            actions={[
              { id: 'edit', label: texts.edit, icon: <Pencil aria-hidden="true" />, onSelect: onEdit },
              {
                id: 'remove',
                label: texts.remove,
                icon: <Trash2 aria-hidden="true" />,
                isAlarm: true,
                onSelect: remove,
              },
            ]}
          />
        ) : null}
      </div>
    </li>
  );
}
