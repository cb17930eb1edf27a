import type { Picked } from './tray';

/** Files nobody means when a folder is dropped. */
const unmeant = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/;

/** The files behind an `<input type="file">`, with their folders where it picked one. */
export function pickedFrom(files: Iterable<File>): Picked[] {
  return [...files]
    .map((file) => ({ file, name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath }))
    .filter((one) => !unmeant.test(one.name));
}

/** The files that were dropped, those in dropped folders included, at any depth. */
export async function pickedFromDrop(transfer: DataTransfer): Promise<Picked[]> {
  // The list is emptied when the event ends, so every entry is taken before the first wait.
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const found: Picked[] = [];
  for (const entry of entries) if (entry !== null) await walk(entry, '', found);
  if (found.length === 0 && entries.every((entry) => entry === null)) return pickedFrom(transfer.files);
  return found.filter((one) => !unmeant.test(one.name));
}

async function walk(entry: FileSystemEntry, above: string, found: Picked[]): Promise<void> {
  const name = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ file, name });
  } else if (entry.isDirectory) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // One call gives a hundred entries at most.
      const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (portion.length === 0) return;
      for (const inner of portion) await walk(inner, `${name}/`, found);
    }
  }
}
