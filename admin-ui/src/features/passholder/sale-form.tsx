import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Passholder } from '@/api/types';
import { Button } from '@/shared/ui/button';
import { PageHead } from './page-head';
import { Refused } from './refused';
import { SalePanel } from './sale';

/** A page on which somebody gets a pass: what is asked at the left; the price, how it is paid and the one act at the right. */
export function SaleForm({
  person,
  title,
  above,
  asked,
  panel,
  error,
  save,
  children,
}: {
  person: Passholder;
  title: string;
  /** What stands above the price. */
  above?: ReactNode;
  /** Whether enough is known to ask for a price. */
  asked: boolean;
  panel: ComponentProps<typeof SalePanel>;
  /** Why the sale was refused. */
  error: unknown;
  save: Pick<ComponentProps<typeof Button>, 'children' | 'reason' | 'pending' | 'onPress'>;
  children: ReactNode;
}) {
  const { t } = useTranslation('profile');
  return (
    <div className="grid gap-6">
      <PageHead person={person} title={title} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid content-start gap-8">{children}</div>
        <aside className="grid content-start gap-6">
          {above}
          {asked ? <SalePanel {...panel} /> : <p className="text-ink-soft">{t('sale.waiting')}</p>}
          {error !== null && error !== undefined && <Refused error={error} />}
          <Button kind="act" size="large" wide {...save} />
        </aside>
      </div>
    </div>
  );
}
