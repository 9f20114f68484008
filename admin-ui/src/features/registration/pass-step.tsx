import { useTranslation } from 'react-i18next';
import { useController } from 'react-hook-form';
import { useBridge } from '@/shared/bridge/bridge-provider';
import { isWorking, readerKey } from '@/shared/bridge/reader-words';
import { formatPassNumber } from '@/shared/format/pass-number';
import { readIdentifier } from '@/shared/identifier/identifier';
import { Choice } from '@/shared/ui/choice';
import { Icon } from '@/shared/ui/icon';
import { Switch } from '@/shared/ui/switch';
import { NO_REGION } from './problems';
import { DayField, ListField, TextField, useWords, Warning } from './fields';
import { isTariffCard, regionFor } from './household';
import { useWizard } from './use-wizard';

/** Which pass: one from stock, laid on the reader or typed, or a digital one. */
export function PassStep() {
  const { t } = useTranslation('registration');
  const { state } = useBridge();
  const { counter, person, twice, change, touch, shown } = useWizard();
  const words = useWords();
  const plastic = person.cardType === 'NFC_CARD';
  // A pass of plastic says itself of which region it is.
  const says = plastic && readIdentifier(person.uitpasNumber).kind === 'pass';

  return (
    <>
      <Choice
        label={t('pass.kind')}
        value={person.cardType}
        options={[
          { value: 'NFC_CARD', label: t('pass.plastic'), help: t('pass.plasticText'), icon: 'card' },
          { value: 'DIGITAL', label: t('pass.digital'), help: t('pass.digitalText'), icon: 'waves' },
        ]}
        onChange={(cardType) => {
          change({
            cardType,
            cardSystemId: regionFor(cardType, counter),
            tariff: cardType === 'NFC_CARD' && isTariffCard(person.uitpasNumber),
          });
          touch('cardType');
        }}
        error={words(shown('cardType'))}
      />
      {plastic && (
        <div className="grid gap-2">
          <TextField
            name="uitpasNumber"
            figures
            label={t('pass.number')}
            help={isWorking(readerKey(state)) ? t('pass.tap') : t('pass.type')}
            inputMode="numeric"
            autoComplete="off"
            maxLength={20}
            icon="reader"
            onType={(number) => {
              // The number itself says what the pass is made for; who it is of comes a moment later.
              const tariff = isTariffCard(number);
              if (tariff !== person.tariff) change({ tariff });
            }}
          />
          {twice && <Warning>{t('pass.twice')}</Warning>}
        </div>
      )}
      {counter.cardSystems.length > 1 && !says && <CardSystem />}
      <Tariff />
    </>
  );
}

function CardSystem() {
  const { t } = useTranslation('registration');
  const { form, counter, current, shown } = useWizard();
  const words = useWords();
  const problem = shown('cardSystemId');
  const { field } = useController({ control: form.control, name: `people.${current}.cardSystemId` });
  return (
    <Choice
      label={t('pass.system')}
      value={String(field.value)}
      options={counter.cardSystems.map(({ id, name }) => ({ value: String(id), label: name }))}
      onChange={(id) => {
        field.onChange(Number(id));
      }}
      error={problem?.code === NO_REGION ? t('pass.systemFirst') : words(problem)}
    />
  );
}

/** The reduced price, where this counter may give it and the pass is made for it; otherwise the reason. */
function Tariff() {
  const { t } = useTranslation('registration');
  const { counter, person, change, touch, shown } = useWizard();
  const words = useWords();
  const may = counter.permissions.includes('PASSHOLDERS_WRITE_SOCIALTARIFF');
  const plastic = person.cardType === 'NFC_CARD';
  const marked = isTariffCard(person.uitpasNumber);
  const because = !may ? t('tariff.noRight') : plastic && !marked ? t('tariff.ordinary') : undefined;
  const problem = words(shown('socialTariff'));

  if (because && !person.tariff) {
    if (plastic && !person.uitpasNumber) return null;
    return (
      <p className="flex items-start gap-2 text-small text-ink-soft">
        <Icon name="info" size={18} />
        {because}
        {problem && <strong className="text-stop-ink">{problem}</strong>}
      </p>
    );
  }
  return (
    <div className="grid gap-4">
      <Switch
        on={person.tariff}
        onChange={(tariff) => {
          change({ tariff });
          touch('socialTariff');
        }}
        help={
          plastic
            ? t('tariff.marked', { number: formatPassNumber(person.uitpasNumber) })
            : t('tariff.digital')
        }
      >
        {t('tariff.title')}
      </Switch>
      {problem && (
        <p role="alert" className="flex items-start gap-1.5 text-small font-medium text-stop-ink">
          <span className="mt-0.5 text-stop">
            <Icon name="alert" size={18} />
          </span>
          {problem}
        </p>
      )}
      {person.tariff && (
        <div className="grid gap-5 border-l-2 border-line pl-5">
          <ListField
            name="tariffGround"
            label={t('tariff.ground')}
            options={(['', 'income', 'ocmw', 'debt', 'other'] as const).map((ground) => ({
              value: ground && t(`tariff.grounds.${ground}`),
              label: t(`tariff.grounds.${ground || 'none'}`),
            }))}
          />
          <DayField name="tariffUntil" label={t('tariff.until')} help={t('tariff.untilText')} optional />
          <Warning>{words(shown('socialTariff/until'))}</Warning>
        </div>
      )}
    </div>
  );
}
