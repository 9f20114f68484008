import type { ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs';

export type TabContent = { id: string; title: ReactNode; count?: number; children: ReactNode };

/** Views of one thing, one at a time. The arrow keys walk; what is chosen has a bar and bold words. */
export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
}: {
  label: string;
  tabs: TabContent[];
  selected?: string | undefined;
  onSelect?: ((id: string) => void) | undefined;
}) {
  return (
    <AriaTabs
      {...(selected !== undefined && { selectedKey: selected })}
      {...(onSelect && {
        onSelectionChange: (key) => {
          onSelect(String(key));
        },
      })}
      className="grid gap-5"
    >
      <TabList
        aria-label={label}
        className="flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            id={tab.id}
            className="group -mb-px flex min-h-12 cursor-pointer items-center gap-2 rounded-t-control border-b-3 border-transparent px-4 whitespace-nowrap text-ink-soft transition-colors hover:bg-sunken hover:text-ink data-focus-visible:-outline-offset-2 data-selected:border-act data-selected:font-medium data-selected:text-ink forced-colors:data-selected:border-[Highlight]"
          >
            {tab.title}
            {tab.count !== undefined && (
              <span className="rounded-round bg-sunken px-2 text-small text-ink tabular-nums group-hover:bg-line">
                {tab.count}
              </span>
            )}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel key={tab.id} id={tab.id} className="rounded-control">
          {tab.children}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
