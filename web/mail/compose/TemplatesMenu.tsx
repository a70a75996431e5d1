/** Texts to begin with: chosen, filled, put where one writes; and what one wrote, kept as one. */
import { LayoutTemplate } from 'lucide-react';
import { useState } from 'react';
import type { Template } from '../../../contract/templates.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { useToasts } from '../../ui/ToastRegion.tsx';
import { htmlOfText, textOfHtml } from './html-text.ts';
import { type ComposedMessage, plainTextOf } from './message.ts';
import {
  fillHtml,
  fillText,
  knownValues,
  missingPlaceholders,
  type PlaceholderValues,
  placeholdersIn,
} from './placeholders.ts';
import { FillDialog, SaveTemplateDialog } from './TemplateDialogs.tsx';
import { useTemplates } from './useTemplates.ts';

export interface FilledTemplate {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface TemplatesMenuProps {
  readonly message: ComposedMessage;
  /** Of the first recipient, as the directory calls them. */
  readonly correspondent: string | undefined;
  readonly onInsert: (filled: FilledTemplate) => void;
}

const signature = /<div class="hygie-signature">.*?<\/div>/s;

export function TemplatesMenu({ message, correspondent, onInsert }: TemplatesMenuProps) {
  const { session } = useOffice();
  const toasts = useToasts();
  const { list, save } = useTemplates(message.accountId);
  const [chosen, setChosen] = useState<Template>();
  const [isSaving, setSaving] = useState(false);
  const known = knownValues({
    today: texts.day(new Date()),
    correspondent,
    me: session.person.name,
    practice: session.practice.name,
  });
  const insert = ({ subject, html, text }: Template, values: PlaceholderValues): void => {
    const body = html === '' ? htmlOfText(text) : html;
    onInsert({
      subject: fillText(subject, values),
      html: fillHtml(body, values),
      text: fillText(text === '' ? textOfHtml(html) : text, values),
    });
    setChosen(undefined);
  };
  const missingOf = ({ subject, html, text }: Template) =>
    missingPlaceholders(placeholdersIn(subject, html === '' ? text : html), known);
  const choose = (template: Template): void =>
    missingOf(template).length === 0 ? insert(template, known) : setChosen(template);
  const keep = async (name: string): Promise<string | undefined> => {
    const html = message.format === 'html' ? message.html.replace(signature, '') : '';
    const told = await save({ name, subject: message.subject, html, text: plainTextOf({ ...message, html }) });
    if (told === undefined) toasts.show(texts.templateSaved(name));
    return told;
  };
  const none = { id: 'none', label: texts.noTemplates, isDisabled: true, onSelect: () => undefined };
  return (
    <>
      <Menu
        label={texts.templates}
        trigger={
          <IconButton label={texts.templates}>
            <LayoutTemplate />
          </IconButton>
        }
        actions={[
          ...(list.length === 0
            ? [none]
            : list.map((template) => ({
                id: template.id,
                label: template.name,
                onSelect: () => choose(template),
              }))),
          { id: 'save', label: texts.saveTemplate, startsGroup: true, onSelect: () => setSaving(true) },
        ]}
      />
      {chosen === undefined ? null : (
        <FillDialog
          missing={missingOf(chosen)}
          known={known}
          onFill={(values) => insert(chosen, values)}
          onClose={() => setChosen(undefined)}
        />
      )}
      {isSaving ? (
        <SaveTemplateDialog subject={message.subject} onSave={keep} onClose={() => setSaving(false)} />
      ) : null}
    </>
  );
}
