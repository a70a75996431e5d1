import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import type { Practice } from '../../contract/practice.ts';
import { explainFault } from '../api/faults.ts';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { bytesText } from '../ui/bytes.ts';
import { Switch } from '../ui/Field.tsx';
import { Gauge } from '../ui/Gauge.tsx';
import { Panel } from '../ui/Page.tsx';
import { Skeleton } from '../ui/States.tsx';
import { Tag } from '../ui/Tag.tsx';
import { useToasts } from '../ui/ToastRegion.tsx';
import { practiceQuery, quotaQuery } from './data.ts';
import { QueryState } from './QueryState.tsx';
import { SaveMark } from './SaveMark.tsx';
import styles from './Settings.module.css';

export function AccountSection() {
  const { session, accounts, signOut } = useOffice();
  const { person, practice, operator } = session;
  const roles = person.roles.map((role) =>
    role in texts.roleNames ? texts.roleNames[role as keyof typeof texts.roleNames] : role,
  );
  const facts = [
    [texts.name, person.name],
    [texts.task, person.title],
    [texts.roles, roles.join(', ')],
    [texts.practice, practice.name],
    [texts.operator, operator.name],
  ] as const;
  return (
    <>
      <Panel title={texts.me}>
        <dl className={styles.facts}>
          {facts.map(([term, said]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{said}</dd>
            </div>
          ))}
        </dl>
      </Panel>
      <Panel title={texts.accounts}>
        <ul className={styles.lines}>
          {accounts.map((account) => (
            <AccountLine key={account.accountId} account={account} />
          ))}
        </ul>
      </Panel>
      <PracticePanel />
      <Panel title={texts.signOut}>
        <p className={styles.soft}>{texts.signOutHelp}</p>
        <div>
          <Button icon={<LogOut aria-hidden="true" />} onPress={() => void signOut()}>
            {texts.signOut}
          </Button>
        </div>
      </Panel>
    </>
  );
}

function AccountLine({
  account: { accountId, displayName, address, type, rights },
}: {
  readonly account: HeldAccount;
}) {
  return (
    <li className={styles.line}>
      <div className={styles.words}>
        <span className={styles.name}>{displayName}</span>
        <span className={styles.small}>{address}</span>
        <span className={styles.tags}>
          <Tag>{texts.accountTypes[type]}</Tag>
          {rights.map((right) => (
            <Tag key={right} kind="hygie">
              {texts.rights[right]}
            </Tag>
          ))}
        </span>
      </div>
      <div className={styles.quota}>
        <QuotaGauge accountId={accountId} />
      </div>
    </li>
  );
}

/** From here on a full account is near. */
const nearlyFull = 0.9;

function QuotaGauge({ accountId }: { readonly accountId: string }) {
  const { jmap } = useOffice();
  const { data: quota } = useQuery(quotaQuery(jmap, accountId));
  if (quota === undefined) return <Skeleton height="32px" />;
  if (quota === null) return null;
  const { used, hardLimit } = quota;
  const share = used / hardLimit;
  return (
    <>
      <Gauge
        label={texts.quota}
        share={share}
        words={texts.used(bytesText(used), bytesText(hardLimit))}
        kind={share < nearlyFull ? 'hygie' : share < 1 ? 'care' : 'alarm'}
      />
      {share < nearlyFull ? null : <p className={styles.small}>{texts.nearlyFull}</p>}
    </>
  );
}

function PracticePanel() {
  const { api } = useOffice();
  const queries = useQueryClient();
  const toasts = useToasts();
  const query = useQuery(practiceQuery(api));
  const { queryKey } = practiceQuery(api);
  const { mutate, status } = useMutation({
    mutationFn: (isOfflineAllowed: boolean) =>
      api.request<Practice>('PATCH', '/api/practice', { body: { isOfflineAllowed } }),
    onMutate: (isOfflineAllowed) =>
      queries.setQueryData<Practice>(queryKey, (now) => (now === undefined ? now : { ...now, isOfflineAllowed })),
    onError: (fault) => toasts.show(explainFault(fault), { kind: 'fault' }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const { data: practice } = query;
  return (
    <Panel
      title={texts.practiceRules}
      action={<SaveMark kind={status === 'pending' ? 'saving' : status === 'success' ? 'saved' : 'clean'} />}
    >
      {practice === undefined ? (
        <QueryState query={query} shape="line" />
      ) : (
        <Switch
          isOn={practice.isOfflineAllowed}
          onChange={mutate}
          isDisabled={!practice.mayChange}
          help={practice.mayChange ? texts.offlineHelp : texts.offlineForbidden}
        >
          {texts.offline}
        </Switch>
      )}
    </Panel>
  );
}
