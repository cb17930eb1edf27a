/** Brings `element` into the middle of the pane that scrolls, and leaves the rest of the page where it is. */
export function scrollTo(element: HTMLElement): void {
  const pane = element.closest<HTMLElement>('[data-pane]');
  if (pane === null || pane.scrollHeight <= pane.clientHeight) {
    element.scrollIntoView({ block: 'center' });
    return;
  }
  const above = element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
  pane.scrollTop += above - pane.clientHeight / 3;
}
