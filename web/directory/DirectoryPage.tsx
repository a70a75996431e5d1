import { useNavigate, useSearch } from '@tanstack/react-router';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { type HeldAccount, useOffice } from '../app/session.ts';
import { directoryTexts as texts } from '../texts/directory.ts';
import { Page } from '../ui/Page.tsx';
import { Select } from '../ui/Select.tsx';
import tabStyles from '../ui/TabRow.module.css';
import { BookTab } from './BookTab.tsx';
import { type DirectorySearch, present } from './directory-search.ts';
import { KeptTab } from './KeptTab.tsx';
import { NationalTab } from './NationalTab.tsx';

type TabName = 'national' | 'favoris' | 'carnet';

export function DirectoryPage() {
  const { accounts } = useOffice();
  const search: DirectorySearch = useSearch({ from: '/annuaire' });
  const navigate = useNavigate();
  const account = accounts.find(({ accountId }) => accountId === search.compte) ?? accounts[0];
  const go = (
    change: { readonly [Key in keyof DirectorySearch]?: DirectorySearch[Key] | undefined },
    replace = false,
  ) => void navigate({ to: '/annuaire', search: present({ ...search, ...change }), replace });
  const tab: TabName = search.onglet ?? 'national';
  return (
    <Page
      title={texts.title}
      isWide
      actions={
        account === undefined || accounts.length < 2 ? null : (
          <Select
            label={texts.account}
            isLabelHidden
            options={accounts.map(({ accountId, displayName }) => ({ value: accountId, label: displayName }))}
            value={account.accountId}
            onChange={(compte) => go({ compte })}
          />
        )
      }
    >
      <Tabs
        className={tabStyles.tabs ?? ''}
        selectedKey={tab}
        onSelectionChange={(key) => go({ onglet: key === 'favoris' || key === 'carnet' ? key : undefined })}
      >
        <TabList className={tabStyles.row ?? ''} aria-label={texts.tabs}>
          <Tab id="national" className={tabStyles.tab ?? ''}>
            {texts.national}
          </Tab>
          <Tab id="favoris" className={tabStyles.tab ?? ''}>
            {texts.kept}
          </Tab>
          <Tab id="carnet" className={tabStyles.tab ?? ''}>
            {texts.book}
          </Tab>
        </TabList>
        {account === undefined ? null : <Panels account={account} search={search} go={go} />}
      </Tabs>
    </Page>
  );
}

export type Go = (
  change: { readonly [Key in keyof DirectorySearch]?: DirectorySearch[Key] | undefined },
  replace?: boolean,
) => void;

interface PanelsProps {
  readonly account: HeldAccount;
  readonly search: DirectorySearch;
  readonly go: Go;
}

function Panels({ account, search, go }: PanelsProps) {
  const { accountId } = account;
  return (
    <>
      <TabPanel id="national" className={tabStyles.panel ?? ''}>
        <NationalTab key={accountId} account={account} search={search} go={go} />
      </TabPanel>
      <TabPanel id="favoris" className={tabStyles.panel ?? ''}>
        <KeptTab key={accountId} account={account} />
      </TabPanel>
      <TabPanel id="carnet" className={tabStyles.panel ?? ''}>
        <BookTab key={accountId} account={account} />
      </TabPanel>
    </>
  );
}
