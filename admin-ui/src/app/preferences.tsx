import { useTranslation } from 'react-i18next';
import { useCharacterKeys } from '@/shared/ui/keys';
import { Icon, type IconName } from '@/shared/ui/icon';
import { Switch } from '@/shared/ui/switch';
import { themes, useContrast, useTheme, type Theme } from './theme';

const icons: Record<Theme, IconName> = { auto: 'contrast', light: 'sun', dark: 'moon' };

/** How the app looks and listens in this browser. */
export function Preferences() {
  const { t } = useTranslation('ui');
  const [theme, chooseTheme] = useTheme();
  const [contrast, chooseContrast] = useContrast();
  const [letters, setLetters] = useCharacterKeys();
  return (
    <div className="grid gap-1">
      <fieldset>
        <legend className="mb-1 text-small font-medium text-ink-soft">{t('shell.theme')}</legend>
        {themes.map((choice) => (
          <label
            key={choice}
            className="choice flex min-h-11 items-center gap-3 rounded-small px-2 hover:bg-sunken has-checked:bg-act-soft has-checked:font-medium has-checked:text-act-ink"
          >
            <input
              type="radio"
              name="theme"
              value={choice}
              checked={theme === choice}
              onChange={() => {
                chooseTheme(choice);
              }}
              className="sr-only"
            />
            <Icon name={icons[choice]} />
            <span className="grow">{t(`shell.${choice}`)}</span>
            {theme === choice && <Icon name="check" />}
          </label>
        ))}
      </fieldset>
      <div className="mt-2 grid gap-1 border-t border-line px-2 pt-2">
        <Switch on={contrast} onChange={chooseContrast}>
          {t('shell.contrast')}
        </Switch>
        <Switch on={letters} onChange={setLetters}>
          {t('shell.letterKeys')}
        </Switch>
      </div>
    </div>
  );
}
