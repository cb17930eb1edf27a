const types: Record<string, string> = {
  'application/epub+zip': 'EPUB',
  'application/json': 'JSON',
  'application/msword': 'Word',
  'application/pdf': 'PDF',
  'application/rtf': 'RTF',
  'application/vnd.oasis.opendocument.presentation': 'ODP',
  'application/vnd.oasis.opendocument.spreadsheet': 'ODS',
  'application/vnd.oasis.opendocument.text': 'ODT',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/xhtml+xml': 'XHTML',
  'application/xml': 'XML',
  'message/rfc822': 'E-mail',
  'text/csv': 'CSV',
  'text/html': 'HTML',
  'text/markdown': 'Markdown',
  'text/plain': 'Text',
  'text/rtf': 'RTF',
  'text/xml': 'XML',
};

/** A media type as people say it: "PDF", "Word"; one that nobody has a word for stays as it is. */
export function kindOf(mediaType: string): string {
  return types[mediaType] ?? mediaType;
}
