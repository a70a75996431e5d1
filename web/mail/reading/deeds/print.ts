/**
 * Prints messages and nothing around them: a frame of its own, as closed as the one that shows them, but for the window of the printer.
 */

import { readingTexts as texts } from '../../../texts/reading.ts';
import { longDate } from '../../../ui/dates.ts';
import { shownName } from '../../people.ts';
import { cleanName } from '../attachments/kinds.ts';
import { bodyOf, listedAttachments, type OpenedEmail } from '../conversation/opened.ts';
import { wordsOfHtml } from '../safety/html-words.ts';
import { loadPurify } from '../safety/load-purify.ts';
import { sanitise } from '../safety/sanitise.ts';
import { frameAddress, frameSandbox } from '../safety/show-html.ts';

const sheet = `
body { margin: 0; font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; overflow-wrap: break-word; }
h1 { font-size: 15pt; } article + article { border-top: 1px solid #999; margin-top: 18pt; padding-top: 12pt; }
dl { margin: 0 0 12pt; display: grid; grid-template-columns: max-content 1fr; gap: 2pt 10pt; font-size: 10pt; }
dt { font-weight: 600; } dd { margin: 0; } .text { white-space: pre-wrap; } img { max-width: 100% !important; height: auto; }
* { position: static !important; }
`;

/** Of the same conversation, oldest first. The browser's own dialog asks for the rest. */
export async function printEmails(emails: readonly OpenedEmail[]): Promise<void> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', `${frameSandbox} allow-modals`);
  frame.src = frameAddress.closed;
  frame.setAttribute('aria-hidden', 'true');
  frame.style.cssText = 'position:fixed;width:0;height:0;border:0;visibility:hidden';
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  const realm = frame.contentWindow as (Window & typeof globalThis) | null; // the DOM's types do not say so
  const paper = frame.contentDocument;
  if (realm === null || paper === null) return frame.remove();
  const create = await loadPurify();
  const style = paper.createElement('style');
  style.textContent = sheet;
  paper.head.append(style);
  const [first] = emails;
  paper.title = first?.subject ?? texts.noSubject;
  const title = paper.createElement('h1');
  title.textContent = first?.subject ?? texts.noSubject;
  paper.body.replaceChildren(title);
  for (const [index, email] of emails.entries()) {
    const body = bodyOf(email, wordsOfHtml);
    const scope = `.message-${index}`;
    const clean =
      body.html === undefined
        ? undefined
        : sanitise(create, realm, { html: body.html, scope, showsRemoteImages: false });
    const article = paper.createElement('article');
    article.append(heading(paper, email, body.html));
    const content = paper.createElement('div');
    content.className = scope.slice(1);
    if (clean?.kind === 'clean') {
      content.append(clean.content);
      style.textContent += clean.sheet;
    } else {
      content.classList.add('text');
      content.textContent = body.text;
    }
    article.append(content);
    paper.body.append(article);
  }
  realm.addEventListener('afterprint', () => frame.remove(), { once: true });
  realm.print();
}

function heading(paper: Document, email: OpenedEmail, html: string | undefined): HTMLElement {
  const list = paper.createElement('dl');
  const people = (given: OpenedEmail['to']) =>
    (given ?? [])
      .map((person) => (shownName(person) === person.email ? person.email : `${shownName(person)} <${person.email}>`))
      .join(', ');
  const files = listedAttachments(email, html).map(({ name }) => cleanName(name) || texts.unnamed);
  const lines: readonly (readonly [string, string])[] = [
    [texts.from, people(email.from)],
    [texts.recipients, people(email.to)],
    [texts.copies, people(email.cc)],
    [texts.sentAt, longDate(new Date(email.sentAt ?? email.receivedAt), new Date(0))],
    [texts.attachments(files.length), files.join(', ')],
  ];
  for (const [label, value] of lines) {
    if (value === '') continue;
    const term = paper.createElement('dt');
    term.textContent = label;
    const words = paper.createElement('dd');
    words.textContent = value;
    list.append(term, words);
  }
  return list;
}
