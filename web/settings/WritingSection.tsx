import { usePreferences } from '../app/preferences/usePreferences.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Choice } from '../ui/Choice.tsx';
import { Panel } from '../ui/Page.tsx';
import { PreferenceMark } from './SaveMark.tsx';
import { SignaturePanel } from './SignaturePanel.tsx';
import { TemplatesPanel } from './TemplatesPanel.tsx';

const delays = [0, 5, 10, 20, 30] as const;
const delayOptions = delays.map((seconds) => ({
  value: `${seconds}` as const,
  label: texts.undoOptions[`${seconds}`],
}));

const receipts = [
  { value: 'ask', label: texts.receiptsOptions.ask },
  { value: 'always', label: texts.receiptsOptions.always },
  { value: 'never', label: texts.receiptsOptions.never },
] as const;

export function WritingSection() {
  const { settings, change, saving } = usePreferences();
  return (
    <>
      <Panel title={texts.sending} action={<PreferenceMark saving={saving} />}>
        <Choice
          label={texts.undo}
          options={delayOptions}
          value={`${settings.undoSeconds}`}
          onChange={(chosen) => {
            const undoSeconds = delays.find((seconds) => `${seconds}` === chosen);
            if (undoSeconds !== undefined) change({ undoSeconds });
          }}
        />
        <Choice
          label={texts.receipts}
          options={receipts}
          value={settings.receipts}
          onChange={(chosen) => change({ receipts: chosen })}
          form="list"
        />
      </Panel>
      <SignaturePanel />
      <TemplatesPanel />
    </>
  );
}
