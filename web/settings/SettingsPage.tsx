import { Link, useParams } from '@tanstack/react-router';
import {
  ArrowLeft,
  Bell,
  ChevronRight,
  CircleUserRound,
  MonitorSmartphone,
  Palette,
  PenLine,
  Plane,
} from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { OfflineSettings } from '../offline/OfflineSettings.tsx';
import { settingsTexts as texts } from '../texts/settings.ts';
import { ButtonLink } from '../ui/ButtonLink.tsx';
import { Page } from '../ui/Page.tsx';
import { phone, useMedia } from '../ui/useMedia.ts';
import { AccountSection } from './AccountSection.tsx';
import { DisplaySection } from './DisplaySection.tsx';
import { NotificationSection } from './NotificationSection.tsx';
import styles from './Settings.module.css';
import { readSection, type SectionName, sectionNames } from './sections.ts';
import { VacationSection } from './VacationSection.tsx';
import { WritingSection } from './WritingSection.tsx';

interface Section {
  readonly icon: ReactNode;
  readonly Content: () => ReactElement | null;
}

const sections: { readonly [Name in SectionName]?: Section } = {
  affichage: { icon: <Palette aria-hidden="true" />, Content: DisplaySection },
  ecriture: { icon: <PenLine aria-hidden="true" />, Content: WritingSection },
  absence: { icon: <Plane aria-hidden="true" />, Content: VacationSection },
  notifications: { icon: <Bell aria-hidden="true" />, Content: NotificationSection },
  appareil: { icon: <MonitorSmartphone aria-hidden="true" />, Content: OfflineSettings },
  compte: { icon: <CircleUserRound aria-hidden="true" />, Content: AccountSection },
};

/** Sections left of what they hold; on a phone, the list and then the section. */
export function SettingsPage() {
  const { section: named } = useParams({ strict: false });
  const isPhone = useMedia(phone);
  const asked = readSection(named);
  if (isPhone && asked === undefined) {
    return (
      <Page title={texts.title}>
        <SectionList />
      </Page>
    );
  }
  const name = asked ?? 'affichage';
  const content = <SectionContent name={name} isPhone={isPhone} />;
  if (isPhone) return content;
  return (
    <div className={styles.panes}>
      <div className={styles.list}>
        <h1 className={styles.title}>{texts.title}</h1>
        <SectionList current={name} />
      </div>
      {content}
    </div>
  );
}

function SectionList({ current }: { readonly current?: SectionName }) {
  return (
    <nav aria-label={texts.sections}>
      <ul className={styles.sections}>
        {sectionNames.flatMap((section) => {
          const shown = sections[section];
          if (shown === undefined) return [];
          return [
            <li key={section}>
              <Link
                to="/reglages/$section"
                params={{ section }}
                className={styles.section ?? ''}
                {...(section === current ? { 'aria-current': 'page' as const } : {})}
              >
                {shown.icon}
                <span className={styles.sectionName}>{texts.names[section]}</span>
                <ChevronRight aria-hidden="true" className={styles.chevron} />
              </Link>
            </li>,
          ];
        })}
      </ul>
    </nav>
  );
}

function SectionContent({ name, isPhone }: { readonly name: SectionName; readonly isPhone: boolean }) {
  const section = sections[name];
  return (
    <Page
      title={texts.names[name]}
      level={isPhone ? 1 : 2}
      lead={texts.leads[name]}
      back={
        isPhone ? (
          <ButtonLink kind="bare" icon={<ArrowLeft aria-hidden="true" />} to="/reglages">
            {texts.back}
          </ButtonLink>
        ) : undefined
      }
    >
      {section === undefined ? null : <section.Content />}
    </Page>
  );
}
