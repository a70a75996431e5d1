import { Monitor, Moon, Sun } from 'lucide-react';
import { usePreferences } from '../app/preferences/usePreferences.ts';
import { settingsTexts as texts } from '../texts/settings.ts';
import { Choice } from '../ui/Choice.tsx';
import { Switch } from '../ui/Field.tsx';
import { Panel } from '../ui/Page.tsx';
import { PreferenceMark } from './SaveMark.tsx';

const themes = [
  { value: 'system', label: texts.themes.system, icon: <Monitor aria-hidden="true" /> },
  { value: 'light', label: texts.themes.light, icon: <Sun aria-hidden="true" /> },
  { value: 'dark', label: texts.themes.dark, icon: <Moon aria-hidden="true" /> },
] as const;

const densities = [
  { value: 'comfortable', label: texts.densities.comfortable, help: texts.densityHelp.comfortable },
  { value: 'compact', label: texts.densities.compact, help: texts.densityHelp.compact },
] as const;

const images = [
  { value: 'ask', label: texts.imagesOptions.ask },
  { value: 'never', label: texts.imagesOptions.never },
] as const;

export function DisplaySection() {
  const { settings, change, saving } = usePreferences();
  return (
    <>
      <Panel title={texts.look} action={<PreferenceMark saving={saving} />}>
        <Choice label={texts.theme} options={themes} value={settings.theme} onChange={(theme) => change({ theme })} />
        <Choice
          label={texts.density}
          options={densities}
          value={settings.density}
          onChange={(density) => change({ density })}
          form="list"
        />
      </Panel>
      <Panel title={texts.lists}>
        <Switch
          isOn={settings.conversations}
          onChange={(conversations) => change({ conversations })}
          help={texts.conversationsHelp}
        >
          {texts.conversations}
        </Switch>
        <Switch isOn={settings.unified} onChange={(unified) => change({ unified })} help={texts.unifiedHelp}>
          {texts.unified}
        </Switch>
        <Choice
          label={texts.images}
          options={images}
          value={settings.remoteImages}
          onChange={(remoteImages) => change({ remoteImages })}
          form="list"
          help={texts.imagesHelp}
        />
      </Panel>
    </>
  );
}
