/** On a narrow screen where one is may lie outside the row. */
export function bringIntoView(item: HTMLElement | null): void {
  item?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
