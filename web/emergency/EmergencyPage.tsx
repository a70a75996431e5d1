import { Phone, Printer, X } from 'lucide-react';
import { confidenceTexts, sourceNames, emergencyTexts as texts } from '../texts/emergency.ts';
import { Button } from '../ui/Button.tsx';
import { Page, Panel } from '../ui/Page.tsx';
import styles from './EmergencyPage.module.css';
import {
  avoided,
  type Cited,
  type Contact,
  contacts,
  continuity,
  type Gesture,
  gestures,
  sources,
} from './first-aid.ts';

/** What to do first, on one screen and on one printed page. It needs nothing of the server. */
export function EmergencyPage() {
  return (
    <Page
      title={texts.title}
      lead={texts.lead}
      actions={
        <Button icon={<Printer aria-hidden="true" />} onPress={() => window.print()}>
          {texts.print}
        </Button>
      }
    >
      <div className={styles.columns}>
        <div className={styles.main}>
          <Panel title={texts.now}>
            <ol className={styles.steps}>
              {gestures.map((gesture, index) => (
                <li key={gesture.what} className={styles.step}>
                  <span className={styles.number} aria-hidden="true">
                    {index + 1}
                  </span>
                  <GestureWords gesture={gesture} />
                </li>
              ))}
            </ol>
          </Panel>
          <Panel title={texts.avoid}>
            <ul className={styles.steps}>
              {avoided.map((gesture) => (
                <li key={gesture.what} className={styles.step}>
                  <span className={styles.never}>
                    <X aria-hidden="true" />
                  </span>
                  <GestureWords gesture={gesture} />
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <div className={styles.side}>
          <Panel title={texts.call}>
            <ul className={styles.contacts}>
              <SupplierLine />
              {contacts.map((contact) => (
                <ContactLine key={contact.name} contact={contact} />
              ))}
            </ul>
          </Panel>
          <Panel title={texts.care}>
            {continuity.map((gesture) => (
              <GestureWords key={gesture.what} gesture={gesture} />
            ))}
          </Panel>
        </div>
      </div>
      <footer className={styles.sources}>
        <h2>{texts.from}</h2>
        <ul>
          {Object.values(sources).map(({ title, confidence, checkedOn }) => (
            <li key={title}>
              {title} : {confidenceTexts[confidence]}, {texts.checkedOn(shownDay(checkedOn))}.
            </li>
          ))}
        </ul>
        <p>{texts.keep}</p>
      </footer>
    </Page>
  );
}

function GestureWords({ gesture: { what, how, link, cited } }: { readonly gesture: Gesture }) {
  return (
    <div className={styles.words}>
      <p className={styles.what}>{what}</p>
      {how === undefined ? null : <p>{how}</p>}
      {link === undefined ? null : (
        <p>
          <a href={link.href} target="_blank" rel="noreferrer">
            {link.text}
          </a>
        </p>
      )}
      <SourceLine cited={cited} />
    </div>
  );
}

function SupplierLine() {
  return (
    <li className={styles.contact}>
      <h3>{texts.supplier}</h3>
      <p>{texts.supplierWhen}</p>
      <p className={styles.blank}>{texts.supplierNumber}</p>
    </li>
  );
}

function ContactLine({ contact: { name, when, number, cost, cited } }: { readonly contact: Contact }) {
  return (
    <li className={styles.contact}>
      <h3>{name}</h3>
      <p>{when}</p>
      {number === undefined ? null : (
        <a className={styles.call} href={`tel:${number.replace(/\s/gu, '')}`}>
          <Phone aria-hidden="true" />
          {number}
        </a>
      )}
      {cost === undefined ? null : <p className={styles.small}>{cost}</p>}
      <SourceLine cited={cited} />
    </li>
  );
}

function SourceLine({ cited }: { readonly cited: readonly Cited[] }) {
  const places = cited.map(({ source, place }) =>
    place === undefined ? sourceNames[source] : `${sourceNames[source]}, ${place}`,
  );
  return <p className={styles.small}>{texts.source(places.join(' ; '))}</p>;
}

function shownDay(day: string): string {
  return day.split('-').toReversed().join('/');
}
