import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { buttonStyle, type ButtonKind, type ButtonSize } from './button-style';
import { Icon, type IconName } from './icon';

export type MenuAct = {
  id: string;
  label: string;
  icon?: IconName | undefined;
  hint?: string | undefined;
  onPress: () => void;
  blocked?: boolean | undefined;
};

/** Acts that are seldom needed, behind one button. */
export function Menu({
  label,
  acts,
  kind = 'plain',
  size = 'normal',
}: {
  label: ReactNode;
  acts: MenuAct[];
  kind?: ButtonKind | undefined;
  size?: ButtonSize | undefined;
}) {
  return (
    <MenuTrigger>
      <AriaButton className={buttonStyle(kind, size)}>
        {label}
        <Icon name="chevron" size={18} />
      </AriaButton>
      <Popover className="enter z-50 min-w-60 rounded-card border border-line bg-raised p-1.5 text-ink shadow-float outline-none">
        <AriaMenu
          className="outline-none"
          disabledKeys={acts.filter((act) => act.blocked).map((act) => act.id)}
        >
          {acts.map((act) => (
            <MenuItem
              key={act.id}
              id={act.id}
              textValue={act.label}
              onAction={act.onPress}
              className="flex min-h-11 cursor-pointer items-center gap-3 rounded-small px-3 outline-none data-disabled:cursor-not-allowed data-disabled:text-ink-soft data-focused:bg-act-soft data-focused:text-act-ink forced-colors:data-focused:bg-[Highlight]"
            >
              {act.icon && <Icon name={act.icon} />}
              <span className="grow">{act.label}</span>
              {act.hint && <span className="text-small text-ink-soft">{act.hint}</span>}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
