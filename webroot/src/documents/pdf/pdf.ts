// The one place that knows PDF.js, which comes only when a PDF is looked at.
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import workerAddress from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { problemFrom } from '../../api/client';
import { covered, locate, type Stretch } from './locate';

export type Pdf = PDFDocumentProxy;

/** A box on a page, in parts of its width and height, turned by `angle` around its lower left corner. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** Fetches and opens; scripts inside the file are never run. */
export async function openPdf(address: string, signal: AbortSignal): Promise<Pdf> {
  const { getDocument, GlobalWorkerOptions } = await import('pdfjs-dist');
  GlobalWorkerOptions.workerSrc = workerAddress;
  const response = await fetch(address, { signal });
  if (!response.ok) throw problemFrom(response.status, await response.json().catch(() => null));
  const data = await response.arrayBuffer();
  return getDocument({ data, isEvalSupported: false, enableXfa: false }).promise;
}

/** The page on which `passage` begins: the one that was named, else the one that holds most of it. */
export async function pageOf(pdf: Pdf, passage: string, named: number | undefined): Promise<number> {
  if (named !== undefined && named >= 1 && named <= pdf.numPages) return named;
  let best = { page: 1, covered: 0 };
  for (let number = 1; number <= pdf.numPages; number++) {
    const { stretches } = await stretchesOn(await pdf.getPage(number), passage);
    if (covered(stretches) > best.covered) best = { page: number, covered: covered(stretches) };
    else if (best.covered > 0) break; // A passage lies on pages that follow one another.
  }
  return best.page;
}

interface Item {
  readonly str: string;
  readonly transform: readonly number[];
  readonly width: number;
}

async function stretchesOn(page: PDFPageProxy, passage: string): Promise<{ items: Item[]; stretches: Stretch[] }> {
  const content = await page.getTextContent();
  const items = content.items.filter((item) => 'str' in item) as Item[];
  const texts = items.map((item) => item.str);
  return { items, stretches: locate(texts, passage) };
}

/** Draws a page as wide as `canvas` is shown. */
export async function draw(pdf: Pdf, number: number, canvas: HTMLCanvasElement, signal: AbortSignal): Promise<void> {
  const page = await pdf.getPage(number);
  if (signal.aborted) return;
  const density = window.devicePixelRatio > 1 ? 2 : 1.5;
  const width = Math.max(canvas.clientWidth, 300) * density;
  const viewport = page.getViewport({ scale: width / page.getViewport({ scale: 1 }).width });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  const task = page.render({ canvas, viewport });
  signal.addEventListener('abort', () => task.cancel());
  await task.promise;
}

/** Where `passage` stands on a page. */
export async function boxesOn(pdf: Pdf, number: number, passage: string): Promise<Box[]> {
  const { Util } = await import('pdfjs-dist');
  const page = await pdf.getPage(number);
  const { width, height, transform } = page.getViewport({ scale: 1 });
  const { items, stretches } = await stretchesOn(page, passage);
  return stretches.flatMap(({ item, start, end }): Box[] => {
    const text = items[item];
    if (text === undefined || text.str === '') return [];
    const [a = 1, b = 0, c = 0, d = 1, x = 0, y = 0] = Util.transform(transform, [...text.transform]) as number[];
    const angle = Math.atan2(b, a);
    const letter = Math.hypot(c, d);
    const unit = text.width / text.str.length;
    return [
      {
        left: (x + Math.cos(angle) * unit * start) / width,
        top: (y + Math.sin(angle) * unit * start - letter) / height,
        width: (unit * (end - start)) / width,
        height: (letter * 1.2) / height,
        angle,
      },
    ];
  });
}
