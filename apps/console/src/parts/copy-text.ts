/**
 * Puts a text into the clipboard. In a frame to whose page nothing is allowed, and without HTTPS, a browser has no
 * `navigator.clipboard` or refuses it; what is selected can be copied there all the same.
 * @returns whether it was
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.style.cssText = 'position: fixed; opacity: 0';
  // beside what was clicked: a dialog keeps the focus among its own
  (focused?.parentElement ?? document.body).append(area);
  area.select();
  // deprecated, and all that there is without a clipboard
  const isCopied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}
