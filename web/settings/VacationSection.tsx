import { useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, Plane } from 'lucide-react';
import { useOffice } from '../app/session.ts';
import { parisDay } from '../mail/search/query.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { dayNumbers } from '../ui/dates.ts';
import { Switch, TextField } from '../ui/Field.tsx';
import { Panel } from '../ui/Page.tsx';
import { Notice } from '../ui/States.tsx';
import { AccountPicker, maySend, useChosenAccount } from './AccountPicker.tsx';
import { type AbsenceForm, readVacation, standingOf, writeVacation } from './absence.ts';
import { saveVacation, vacationQuery } from './data.ts';
import { QueryState } from './QueryState.tsx';
import { FormMark } from './SaveMark.tsx';
import styles from './Settings.module.css';
import { useAutosave } from './useAutosave.ts';

export function VacationSection() {
  const { jmap } = useOffice();
  const [account, choose] = useChosenAccount();
  const query = useQuery({
    ...vacationQuery(jmap, account?.accountId ?? ''),
    enabled: account !== undefined,
  });
  if (account === undefined) return null;
  const { data: vacation } = query;
  return (
    <Panel title={texts.vacation} action={<AccountPicker account={account} onChoose={choose} />}>
      {maySend(account) ? null : <p className={styles.soft}>{texts.vacationReadOnly}</p>}
      {vacation === undefined ? <QueryState query={query} shape="fields" /> : null}
      {vacation === undefined || !maySend(account) ? null : (
        <VacationForm key={account.accountId} accountId={account.accountId} begun={readVacation(vacation)} />
      )}
    </Panel>
  );
}

function VacationForm({ accountId, begun }: { readonly accountId: string; readonly begun: AbsenceForm }) {
  const { jmap } = useOffice();
  const queries = useQueryClient();
  const { value, state, set, flush } = useAutosave(begun, async (form) => {
    // Days the wrong way round are being typed still: what was saved before them holds.
    if (standingOf(form, parisDay(new Date())) === 'backwards') return;
    const written = writeVacation(form);
    await saveVacation(jmap, accountId, written);
    queries.setQueryData(vacationQuery(jmap, accountId).queryKey, written);
  });
  const isBackwards = value.firstDay !== '' && value.lastDay !== '' && value.lastDay < value.firstDay;
  return (
    <div className={styles.form}>
      <Switch
        isOn={value.isEnabled}
        onChange={(isEnabled) => {
          set({ ...value, isEnabled });
          flush();
        }}
        help={texts.vacationNever}
      >
        {texts.vacationOn}
      </Switch>
      <StandingNotice form={value} />
      <div className={styles.pair}>
        <TextField
          label={texts.from}
          type="date"
          value={value.firstDay}
          onChange={(firstDay) => set({ ...value, firstDay })}
          help={texts.datesHelp}
        />
        <TextField
          label={texts.to}
          type="date"
          value={value.lastDay}
          onChange={(lastDay) => set({ ...value, lastDay })}
          {...(isBackwards ? { error: texts.backwards } : {})}
        />
      </div>
      <TextField
        label={texts.subject}
        value={value.subject}
        onChange={(subject) => set({ ...value, subject })}
        onBlur={flush}
        maxLength={255}
        placeholder={texts.subjectHint}
      />
      <TextField
        label={texts.body}
        value={value.text}
        onChange={(text) => set({ ...value, text })}
        onBlur={flush}
        rows={7}
        maxLength={10_000}
        help={texts.bodyHelp}
      />
      {isBackwards ? null : <FormMark state={state} onRetry={flush} />}
    </div>
  );
}

/** What all of it comes to today. */
function StandingNotice({ form }: { readonly form: AbsenceForm }) {
  switch (standingOf(form, parisDay(new Date()))) {
    case 'off':
    case 'backwards':
      return <p className={styles.soft}>{texts.inactive}</p>;
    case 'without-text':
      return (
        <Notice kind="care" icon={<CircleAlert aria-hidden="true" />}>
          {texts.bodyNeeded}
        </Notice>
      );
    case 'later':
      return <Notice kind="hygie">{texts.activeLater(shown(form.firstDay))}</Notice>;
    case 'ended':
      return <Notice kind="care">{texts.activeEnded(shown(form.lastDay))}</Notice>;
    case 'now':
      return (
        <Notice kind="hygie" icon={<Plane aria-hidden="true" />}>
          {texts.activeNow}
        </Notice>
      );
  }
}

function shown(day: string): string {
  return dayNumbers(new Date(`${day}T12:00:00`));
}
