import { use } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslation } from 'react-i18next';
import { Button } from './button';
import { classes } from './classes';
import type { DialogContent } from './dialog';
import { KeyLayer } from './keys';

/** What Dialog shows. Apart, because the focus trap and the scroll lock weigh more than the rest of a first screen. */
export default function DialogWindow({
  onClose,
  title,
  children,
  actions,
  question = false,
  wide = false,
}: DialogContent) {
  const { t } = useTranslation('ui');
  const layer = use(KeyLayer);
  return (
    <ModalOverlay
      isOpen
      isDismissable={!question}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      className="veil fixed inset-0 z-50 grid items-end justify-items-center overflow-y-auto bg-veil sm:items-center sm:p-6"
    >
      <Modal
        className={classes(
          'enter max-h-[92dvh] w-full overflow-y-auto rounded-t-card border border-line bg-raised text-ink shadow-float sm:rounded-card',
          wide ? 'sm:max-w-3xl' : 'sm:max-w-lg',
        )}
      >
        <AriaDialog role={question ? 'alertdialog' : 'dialog'} className="grid gap-4 p-5 outline-none sm:p-7">
          <KeyLayer value={layer + 1}>
            <div className="flex items-start justify-between gap-4">
              <Heading slot="title" className="text-title leading-tight font-bold">
                {title}
              </Heading>
              {!question && (
                <Button
                  kind="quiet"
                  size="small"
                  icon="cross"
                  iconOnly
                  className="-mt-1.5 -mr-2"
                  onPress={onClose}
                >
                  {t('close')}
                </Button>
              )}
            </div>
            {children && <div className="grid gap-3">{children}</div>}
            {actions && <div className="mt-2 flex flex-wrap-reverse justify-end gap-3">{actions}</div>}
          </KeyLayer>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
