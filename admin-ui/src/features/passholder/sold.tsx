import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CardSystem, Registration } from '@/api/types';
import { formatEuros } from '@/shared/format/money';
import { useFormat } from '@/shared/format/use-format';
import { PassCard } from '@/shared/pass/pass-card';
import { Button } from '@/shared/ui/button';
import { buttonStyle } from '@/shared/ui/button-style';
import { Icon } from '@/shared/ui/icon';
import { PageHeading } from '@/shared/ui/page-heading';
import { useReceipt } from './use-sale';

/** What was sold: the card to hand over, the receipt, and the way back to the person. */
export function SoldPanel({
  sold,
  cardSystem,
  title,
  text,
}: {
  sold: Registration;
  cardSystem: CardSystem;
  title: string;
  text: string;
}) {
  const { t } = useTranslation('profile');
  const { language } = useFormat();
  const receipt = useReceipt();

  return (
    <div className="mx-auto grid w-full max-w-3xl gap-6">
      <div className="grid gap-2">
        <PageHeading
          focus
          className="flex items-start gap-3 text-title font-bold outline-none sm:text-display"
        >
          <span className="mt-1 text-ok">
            <Icon name="done" size={34} />
          </span>
          {title}
        </PageHeading>
        <p className="max-w-prose text-pretty">{text}</p>
      </div>
      {sold.uitpasNumber && <PassCard number={sold.uitpasNumber} cardSystem={cardSystem} />}
      <p className="text-ink-soft tabular-nums">
        {t('sale.receiptNumber', { number: sold.receipt })} ·{' '}
        {sold.cents === 0 ? t('sale.none') : formatEuros(sold.cents, language)}
      </p>
      <div className="flex flex-wrap gap-3">
        <Link
          to="/passholders/$id"
          params={{ id: sold.passholderId }}
          className={buttonStyle('act', 'large')}
        >
          {t('act.back')}
        </Link>
        <Button
          size="large"
          icon="printer"
          pending={receipt.isPending}
          onPress={() => {
            receipt.mutate(sold);
          }}
        >
          {t('sale.receipt')}
        </Button>
      </div>
    </div>
  );
}
