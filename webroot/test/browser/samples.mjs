// A folder of real Markdown and HTML files, each about something of its own.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const places = ['Ashford', 'Bramley', 'Colne', 'Dunsop', 'Eskdale', 'Farndale', 'Garsdale', 'Hebden', 'Ilkley', 'Kettlewell'];
const parts = ['sluice', 'breast wheel', 'tail race', 'pit wheel', 'mill pond'];

/** The phrase that only one of the files holds. */
export const phrase = 'an elm penstock with three iron bands';

function markdown(place, part, extra) {
  return `# The ${part} at ${place}

The mill at ${place} was surveyed in the dry summer. Its ${part} had been repaired twice, once in oak and once in larch.

## What was found

- The ${part} carries about ${place.length * 90} litres each second.
- The bearings were packed with tallow, and the gudgeons ran true.

## What is to be done

Before winter the ${part} has to be cleared of gravel. ${extra}

| measure | value |
|---|---|
| head | ${place.length / 2} m |
| width | ${part.length / 4} m |
`;
}

function html(place, part, extra) {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>The ${part} at ${place}</title><script>document.title = 'no';</script></head>
  <body>
    <nav><a href="/">Home</a></nav>
    <main>
      <h1>The ${part} at ${place}</h1>
      <p>Letters from ${place} mention the ${part} &amp; its keeper, who lived beside the weir.</p>
      <h2>Repairs</h2>
      <p>New boards were cut in the spring. ${extra}</p>
    </main>
  </body>
</html>
`;
}

/** Writes fifty files into `folder`, some in folders of their own; the name of the one with the phrase. */
export async function writeFifty(folder) {
  let holder = '';
  for (const [i, place] of places.entries()) {
    for (const [j, part] of parts.entries()) {
      const holds = i === 6 && j === 3;
      const extra = holds ? `The survey describes ${phrase}, which is rare.` : 'Nothing else was noted.';
      const asHtml = (i + j) % 2 === 1;
      const name = `${place.toLowerCase()}/${part.replace(' ', '-')}.${asHtml ? 'html' : 'md'}`;
      if (holds) holder = name;
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), asHtml ? html(place, part, extra) : markdown(place, part, extra));
    }
  }
  return holder;
}

/** A PDF with lines of text on each page. */
export function pdf(pages) {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids = pages.map((lines) => {
    const shown = lines.map((line) => `(${line}) Tj T*`).join('\n');
    const stream = `BT /F1 11 Tf 18 TL 60 760 Td\n${shown}\nET`;
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    objects.push(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>' +
        ` /Contents ${objects.length} 0 R >>`,
    );
    return `${objects.length} 0 R`;
  });
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  let file = '%PDF-1.7\n';
  const places = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const at = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
