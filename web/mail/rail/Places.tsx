/** Where messages stand: the mailboxes that every account has, the accounts, the person's own mailboxes. */
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import {
  Archive,
  Check,
  CircleUserRound,
  Ellipsis,
  Folder,
  Inbox,
  Layers,
  type LucideIcon,
  OctagonAlert,
  PenLine,
  Plus,
  Send,
  Star,
  Trash2,
  UsersRound,
} from 'lucide-react';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import type { MailboxRole } from '../../../contract/jmap/mail.ts';
import { usePreferences } from '../../app/preferences/usePreferences.ts';
import { type HeldAccount, useOffice } from '../../app/session.ts';
import { figures, listTexts as texts } from '../../texts/list.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { useMailboxes, useMailStore } from '../store/hooks.ts';
import { type View, viewName } from '../views.ts';
import type { MailboxDeed } from './MailboxDialogs.tsx';
import styles from './Places.module.css';
import { type MailboxLine, ownLines } from './tree.ts';

/** Fetched when it is first asked for. */
const MailboxDialogs = lazy(async () => ({ default: (await import('./MailboxDialogs.tsx')).MailboxDialogs }));

const icons: Readonly<Record<MailboxRole | 'starred' | 'all', LucideIcon>> = {
  inbox: Inbox,
  starred: Star,
  drafts: PenLine,
  sent: Send,
  archive: Archive,
  junk: OctagonAlert,
  trash: Trash2,
  all: Layers,
};

export interface PlacesProps {
  /** What is looked at; undefined on a screen that is no list. */
  readonly view: View | undefined;
  readonly compte: string | undefined;
  /** What the first line is called; the others say what they are. */
  readonly first: string;
  readonly onGo?: () => void;
}

export function Places({ view, compte, first, onGo }: PlacesProps) {
  const { accounts } = useOffice();
  const [deed, setDeed] = useState<MailboxDeed>();
  const navigate = useNavigate();
  const { view: shown } = useParams({ strict: false });
  const scoped = compte === undefined ? accounts : accounts.filter(({ accountId }) => accountId === compte);
  return (
    <div className={styles.places}>
      <StandardPlaces accounts={scoped} compte={compte} first={first} {...(onGo === undefined ? {} : { onGo })} />
      {accounts.length > 1 ? <Accounts view={view} compte={compte} {...(onGo === undefined ? {} : { onGo })} /> : null}
      {scoped.map((account) => (
        <OwnMailboxes
          key={account.accountId}
          account={account}
          isNamed={accounts.length > 1}
          onDeed={setDeed}
          {...(onGo === undefined ? {} : { onGo })}
        />
      ))}
      {deed === undefined ? null : (
        <Suspense fallback={null}>
          <MailboxDialogs
            deed={deed}
            onClose={() => setDeed(undefined)}
            onDestroyed={(mailboxId) => {
              if (shown?.endsWith(mailboxId)) void navigate({ to: '/messages/$view', params: { view: 'reception' } });
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

interface LineProps {
  readonly view: View;
  readonly compte: string | undefined;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly count?: number;
  readonly isUnread?: boolean;
  readonly depth?: number;
  readonly onGo?: () => void;
}

function PlaceLink({ view, compte, icon: Icon, label, count = 0, isUnread = false, depth = 0, onGo }: LineProps) {
  return (
    <Link
      to="/messages/$view"
      params={{ view: viewName(view) }}
      search={compte === undefined ? {} : { compte }}
      // Words that are searched narrow a place, they make no other.
      activeOptions={{ includeSearch: false }}
      className={styles.place ?? ''}
      title={label}
      data-depth={Math.min(depth, 4) || undefined}
      {...(onGo === undefined ? {} : { onClick: onGo })}
    >
      <Icon aria-hidden="true" />
      <span className={styles.label}>{label}</span>
      <Count count={count} isUnread={isUnread} />
    </Link>
  );
}

function Count({ count, isUnread }: { readonly count: number; readonly isUnread: boolean }) {
  if (count === 0) return null;
  return (
    <span className={styles.count} data-unread={isUnread || undefined}>
      <span aria-hidden="true">{figures(count)}</span>
      <span className="visually-hidden">{isUnread ? texts.unreadCount(count) : texts.count(count)}</span>
    </span>
  );
}

const roles = ['drafts', 'sent', 'archive', 'junk', 'trash'] as const;

function useCounts(accounts: readonly HeldAccount[]) {
  const store = useMailStore();
  useSyncExternalStore(store.mailboxes.subscribe, store.mailboxes.version);
  return (role: MailboxRole, what: 'unreadEmails' | 'totalEmails'): number =>
    accounts.reduce((sum, { accountId }) => sum + (store.mailboxes.withRole(accountId, role)?.[what] ?? 0), 0);
}

function StandardPlaces({
  accounts,
  compte,
  first,
  onGo,
}: Pick<PlacesProps, 'compte' | 'first' | 'onGo'> & { readonly accounts: readonly HeldAccount[] }) {
  const count = useCounts(accounts);
  const common = { compte, ...(onGo === undefined ? {} : { onGo }) };
  const unread = count('inbox', 'unreadEmails');
  return (
    <ul>
      <li>
        <PlaceLink
          {...common}
          view={{ kind: 'role', role: 'inbox' }}
          icon={icons.inbox}
          label={first}
          count={unread}
          isUnread
        />
      </li>
      <li>
        <PlaceLink {...common} view={{ kind: 'starred' }} icon={icons.starred} label={texts.views.starred} />
      </li>
      {roles.map((role) => (
        <li key={role}>
          <PlaceLink
            {...common}
            view={{ kind: 'role', role }}
            icon={icons[role]}
            label={texts.views[role]}
            count={role === 'drafts' ? count('drafts', 'totalEmails') : 0}
          />
        </li>
      ))}
      <li>
        <PlaceLink {...common} view={{ kind: 'all' }} icon={icons.all} label={texts.views.all} />
      </li>
    </ul>
  );
}

function Accounts({ view, compte, onGo }: Pick<PlacesProps, 'view' | 'compte' | 'onGo'>) {
  const { accounts } = useOffice();
  const { settings } = usePreferences();
  const one = compte ?? (settings.unified ? undefined : accounts[0]?.accountId);
  const target = viewName(view === undefined || view.kind === 'mailbox' ? { kind: 'role', role: 'inbox' } : view);
  return (
    <section className={styles.group} aria-label={texts.accounts}>
      <h2 className={styles.heading}>{texts.accounts}</h2>
      <ul>
        {settings.unified ? (
          <li>
            <AccountLink target={target} label={texts.allAccounts} icon={Layers} isOn={one === undefined} onGo={onGo} />
          </li>
        ) : null}
        {accounts.map(({ accountId, displayName, type }) => (
          <li key={accountId}>
            <AccountLink
              target={target}
              accountId={accountId}
              label={displayName}
              icon={type === 'PER' ? CircleUserRound : UsersRound}
              isOn={one === accountId}
              onGo={onGo}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface AccountLinkProps {
  readonly target: string;
  readonly accountId?: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly isOn: boolean;
  readonly onGo: (() => void) | undefined;
}

function AccountLink({ target, accountId, label, icon: Icon, isOn, onGo }: AccountLinkProps) {
  const mailboxes = useMailboxes(accountId ?? '') ?? [];
  return (
    <Link
      to="/messages/$view"
      params={{ view: target }}
      search={accountId === undefined ? {} : { compte: accountId }}
      className={styles.place ?? ''}
      title={label}
      data-account="true"
      activeProps={{ 'aria-current': undefined }}
      {...(isOn ? { 'aria-current': 'true' as const, 'data-on': true } : {})}
      {...(onGo === undefined ? {} : { onClick: onGo })}
    >
      <Icon aria-hidden="true" />
      <span className={styles.label}>{label}</span>
      {isOn ? <Check aria-hidden="true" className={styles.check} /> : null}
      <Count count={mailboxes.find(({ role }) => role === 'inbox')?.unreadEmails ?? 0} isUnread />
    </Link>
  );
}

interface OwnProps {
  readonly account: HeldAccount;
  readonly isNamed: boolean;
  readonly onDeed: (deed: MailboxDeed) => void;
  readonly onGo?: () => void;
}

function OwnMailboxes({ account, isNamed, onDeed, onGo }: OwnProps) {
  const { accountId, rights, displayName } = account;
  const lines = ownLines(useMailboxes(accountId) ?? []);
  const mayChange = rights.includes('own') || rights.includes('write');
  if (lines.length === 0 && !rights.includes('own')) return null;
  const heading = isNamed ? texts.ownMailboxes(displayName) : texts.mailboxes;
  return (
    <section className={styles.group} aria-label={heading} data-own="true">
      <div className={styles.top}>
        <h2 className={styles.heading}>{heading}</h2>
        {mayChange ? (
          <IconButton label={texts.newMailbox} onPress={() => onDeed({ kind: 'create', accountId, parentId: null })}>
            <Plus aria-hidden="true" />
          </IconButton>
        ) : null}
      </div>
      <ul>
        {lines.map((line) => (
          <OwnMailbox
            key={line.mailbox.id}
            line={line}
            accountId={accountId}
            mayChange={mayChange}
            onDeed={onDeed}
            {...(onGo === undefined ? {} : { onGo })}
          />
        ))}
      </ul>
    </section>
  );
}

interface OwnMailboxProps extends Pick<OwnProps, 'onDeed' | 'onGo'> {
  readonly line: MailboxLine;
  readonly accountId: string;
  readonly mayChange: boolean;
}

function OwnMailbox({ line: { mailbox, depth }, accountId, mayChange, onDeed, onGo }: OwnMailboxProps) {
  return (
    <li className={styles.own}>
      <PlaceLink
        view={{ kind: 'mailbox', accountId, mailboxId: mailbox.id }}
        compte={undefined}
        icon={Folder}
        label={mailbox.name}
        count={mailbox.unreadEmails}
        isUnread
        depth={depth}
        {...(onGo === undefined ? {} : { onGo })}
      />
      {mayChange ? (
        <Menu
          label={texts.mailboxDeeds(mailbox.name)}
          trigger={
            <IconButton label={texts.mailboxDeeds(mailbox.name)}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
          actions={[
            {
              id: 'sub',
              label: texts.newSubMailbox,
              icon: <Plus />,
              onSelect: () => onDeed({ kind: 'create', accountId, parentId: mailbox.id }),
            },
            {
              id: 'rename',
              label: texts.renameMailbox,
              icon: <PenLine />,
              onSelect: () => onDeed({ kind: 'change', accountId, mailbox }),
            },
            {
              id: 'delete',
              label: texts.deleteMailbox,
              icon: <Trash2 />,
              isAlarm: true,
              startsGroup: true,
              onSelect: () => onDeed({ kind: 'destroy', accountId, mailbox }),
            },
          ]}
        />
      ) : null}
    </li>
  );
}
